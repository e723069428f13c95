/** Chrome with the bare page, to measure in. */

import { openChrome } from '../../cli/chrome.ts';
import { startPageServer } from '../../cli/page-server.ts';
import { FailureError, fail } from '../../model/failure.ts';
import { checksPage } from '../page/folder.ts';
import type { Benched, BenchRequest } from '../page/messages.ts';

/** Longest time without a sign of life: in software, on a machine that does other things, a block at full width takes its time. */
const silenceMs = 600_000;

export type AskChrome = (order: BenchRequest) => Promise<Benched>;

export async function withChrome<Result>(use: (ask: AskChrome) => Promise<Result>): Promise<Result> {
  const server = await startPageServer(checksPage);
  try {
    const chrome = await openChrome(server.url, { silenceMs });
    try {
      return await use(async (order) => {
        const answer = await chrome.ask((page) => page.evaluate((sent) => window.nexusTerminal.bench(sent), order));
        if ('failure' in answer) throw new FailureError(answer.failure);
        return answer.result;
      });
    } finally {
      await chrome.close();
    }
  } finally {
    await server.close();
  }
}

/** The answer to an order, which is of the order's kind. */
export function ofKind<Kind extends Benched['kind']>(benched: Benched, kind: Kind): Extract<Benched, { kind: Kind }> {
  if (isOfKind(benched, kind)) return benched;
  return fail('UNEXPECTED', { message: `a ${benched.kind} instead of a ${kind}` });
}

function isOfKind<Kind extends Benched['kind']>(
  benched: Benched,
  kind: Kind,
): benched is Extract<Benched, { kind: Kind }> {
  return benched.kind === kind;
}
