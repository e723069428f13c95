/** What a person wants, from their words alone: which trained form a turn takes when nobody chose one. */
import { type Intent, type IntentPatterns, intentPatterns } from './intent.table.ts';
import { detectLanguage } from './language.ts';

export interface IntentQuestion {
  readonly words: string;
  readonly pictures: number;
  readonly earlierPictures: number;
}

/** Without a sign either way a turn is a question: it is answered in words, and one click makes it another form. */
export function intentOf({ words, pictures, earlierPictures }: IntentQuestion): Intent {
  const { readable, patterns } = readableWords(words);
  const says = (name: Exclude<keyof IntentPatterns, 'questionEnd'>) =>
    patterns[name].some((pattern) => pattern.test(readable));
  const hasPicture = pictures + earlierPictures > 0;
  if (readable === '' || says('talk')) return 'ask';
  if (says('draw')) return pictures > 0 || (earlierPictures > 0 && says('drawnOnto')) ? 'edit' : 'draw';
  if (says('question')) return 'ask';
  if (says('edit')) return hasPicture ? 'edit' : 'ask';
  if (says('change')) return hasPicture ? 'edit' : 'draw';
  if (says('thing')) return pictures > 0 ? 'edit' : 'draw';
  return 'ask';
}

/** The words without greetings and politeness, which say nothing of what is wanted. */
function readableWords(words: string): { readonly readable: string; readonly patterns: IntentPatterns } {
  const patterns = intentPatterns[detectLanguage(words) ?? 'en'];
  let readable = ends(words).normalize('NFKC').toLowerCase().replaceAll('’', "'").replaceAll(/\s+/g, ' ').trim();
  let isRequest = false;
  for (let before = ''; before !== readable; ) {
    before = readable;
    for (const pattern of patterns.politeness) readable = readable.replace(pattern, '').trim();
    for (const pattern of patterns.requests) {
      isRequest ||= pattern.test(readable);
      readable = readable.replace(pattern, '').trim();
    }
  }
  return { readable: isRequest ? readable.replace(patterns.questionEnd, '') : readable, patterns };
}

/** What is wanted is said at the beginning, or by a question mark at the end. */
function ends(words: string): string {
  return words.length > 400 ? `${words.slice(0, 300)} ${words.slice(-100)}` : words;
}
