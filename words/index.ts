import type { Failure } from '../model/failure.ts';
import { enFailures } from './en/failures.ts';
import { en } from './en/page.ts';
import { sentence } from './failure-sentences.ts';
import type { Words } from './words.ts';
import { zhFailures } from './zh/failures.ts';
import { zh } from './zh/page.ts';

export type { PageWords, Words } from './words.ts';

export const words: Readonly<Record<'en' | 'zh', Words>> = {
  en: { page: en, failures: enFailures },
  zh: { page: zh, failures: zhFailures },
};

/** What a person reads about a failure: what happened, what was kept, what to do. */
export function failureSentence({ failures }: Words, failure: Failure): string {
  return sentence(failures, failure);
}
