import type { Failure } from '../model/failure.ts';
import { enFailures } from './en/failures.ts';
import { en } from './en/page.ts';
import { sentence } from './failure-sentences.ts';
import type { Words } from './words.ts';
import { zhFailures } from './zh/failures.ts';
import { zh } from './zh/page.ts';

/** A language that a person reads the page in; what the model is asked in is a type of its own (model/text/language.ts). */
export type PageLanguage = 'en' | 'zh';

export const words: Readonly<Record<PageLanguage, Words>> = {
  en: { page: en, failures: enFailures },
  zh: { page: zh, failures: zhFailures },
};

/** What a person reads about a failure: what happened, what was kept, what to do. */
export function failureSentence({ failures }: Words, failure: Failure): string {
  return sentence(failures, failure);
}
