import type { Failure } from '../model/failure.ts';
import type { en } from './en/page.ts';
import { type FailureSentences, sentence } from './failure-sentences.ts';

/** A language that a person reads the page in; what the model is asked in is a type of its own (model/text/language.ts). */
export type PageLanguage = 'en' | 'zh';

/** The shape of the English words with any text in it: another language that lacks a sentence does not compile. */
type Worded<Tree> = Tree extends string
  ? string
  : Tree extends readonly string[]
    ? readonly string[]
    : Tree extends (...values: infer Values) => string
      ? (...values: Values) => string
      : { readonly [Key in keyof Tree]: Worded<Tree[Key]> };

export type PageWords = Worded<typeof en>;

/** All that the page says, in one language. */
export interface Words {
  readonly language: PageLanguage;
  readonly page: PageWords;
  readonly failures: FailureSentences;
}

/** What a person reads about a failure: what happened, what was kept, what to do. One that another version stored may have no sentence here. */
export function failureSentence({ failures }: Words, failure: Failure): string {
  try {
    const said: unknown = sentence(failures, failure);
    if (typeof said === 'string') return said;
  } catch {
    // Its data are not those that the sentence is made of.
  }
  return failures.UNEXPECTED({ message: failure.code });
}
