import type { Failure } from '../model/failure.ts';
import { enFailures } from '../words/en-failures.ts';
import { sentence } from '../words/failure-sentences.ts';
import { zhFailures } from '../words/zh-failures.ts';

/** A failure as one line, in the language of the person's terminal. */
export function sentenceLine(failure: Failure): string {
  return sentence(speaksChinese() ? zhFailures : enFailures, failure)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function speaksChinese(): boolean {
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return locale.startsWith('zh');
}
