import type { Failure } from '../model/failure.ts';
import { enFailures } from '../words/en/failures.ts';
import { sentence } from '../words/failure-sentences.ts';
import { zhFailures } from '../words/zh/failures.ts';

/** A failure as one line, in the language of the person's terminal. */
export function sentenceLine(failure: Failure): string {
  return sentence(inLanguage(enFailures, zhFailures), failure).replaceAll(/\s+/g, ' ').trim();
}

/** The one of two tables of words that the person's terminal asks for. */
export function inLanguage<Words>(english: Words, chinese: Words): Words {
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return locale.startsWith('zh') ? chinese : english;
}
