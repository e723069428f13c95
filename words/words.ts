import type { en } from './en/page.ts';
import type { FailureSentences } from './failure-sentences.ts';

/** The shape of the English words with any text in it: another language that lacks a sentence does not compile. */
type Worded<Tree> = Tree extends string
  ? string
  : Tree extends readonly string[]
    ? readonly string[]
    : Tree extends (...values: infer Values) => string
      ? (...values: Values) => string
      : { readonly [Key in keyof Tree]: Worded<Tree[Key]> };

export type PageWords = Worded<typeof en>;

export interface Words {
  readonly page: PageWords;
  readonly failures: FailureSentences;
}
