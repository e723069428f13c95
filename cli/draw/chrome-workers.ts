/** The workers in headless Chrome, on WebGPU: a bare page starts the very files that the real page starts. */

import { fileURLToPath } from 'node:url';
import { FailureError, fail } from '../../model/failure.ts';
import type { ModelSession, SessionEvent } from '../../session/model-session.ts';
import type { JobId, Outcome } from '../../workers/protocol.ts';
import { type ChromePage, openChrome } from '../chrome.ts';
import { startPageServer } from '../page-server.ts';
import type { StartedSession } from './node-workers.ts';

const page = fileURLToPath(new URL('../page', import.meta.url));

/** Longest time without an event: on a software adapter a block of a large picture takes its time. */
const silenceMs = 600_000;

/** @throws NO_CHROME, CHROME_ENDED */
export async function startInChrome(directory: string): Promise<StartedSession> {
  const server = await startPageServer(page);
  try {
    const chrome = await openChrome(server.url, { silenceMs });
    const listeners = new Set<(event: SessionEvent) => void>();
    const tell = (event: SessionEvent) => {
      for (const listener of listeners) listener(event);
    };
    await chrome.ask((page) => page.exposeFunction('nexusEvent', tell));
    const close = async () => {
      await chrome.close();
      await server.close();
    };
    const location = { kind: 'http', base: server.publish(directory) } as const;
    return { session: { ...sessionIn(chrome, listeners), close }, location };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** The page's session as this side calls it: failures cross as data. Events come late: some of a call may follow its answer. */
export function sessionIn(
  chrome: ChromePage,
  listeners: Set<(event: SessionEvent) => void>,
): Omit<ModelSession, 'close'> {
  async function call<Result>(
    { job, signal }: { readonly job: JobId; readonly signal: AbortSignal },
    answer: () => Promise<Outcome<Result>>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const stop = () =>
      void chrome.ask((page) => page.evaluate((id) => window.nexusModel.stop(id), job)).catch(() => undefined);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return resultOf(await answer());
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
  return {
    async open(location) {
      if (location.kind !== 'http') return fail('UNEXPECTED', { message: `the bare page has no ${location.kind}` });
      return resultOf(await chrome.ask((page) => page.evaluate((from) => window.nexusModel.open(from), location)));
    },
    lacking: (request, signal) =>
      call({ job: request.job, signal }, () =>
        chrome.ask((page) => page.evaluate((sent) => window.nexusModel.lacking(sent), request)),
      ),
    speak: (request, contents, signal) =>
      call({ job: request.job, signal }, () =>
        chrome.ask((page) =>
          page.evaluate(([sent, pictures]) => window.nexusModel.speak(sent, pictures), [request, contents] as const),
        ),
      ),
    paint: (request, signal) =>
      call({ job: request.job, signal }, () =>
        chrome.ask((page) => page.evaluate((sent) => window.nexusModel.paint(sent), request)),
      ),
    throughput: (job, signal) =>
      call({ job, signal }, () =>
        chrome.ask((page) => page.evaluate((sent) => window.nexusModel.throughput(sent), job)),
      ),
    restart: () => chrome.ask((page) => page.evaluate(() => window.nexusModel.restart())),
    memory: () => chrome.ask((page) => page.evaluate(() => window.nexusModel.memory())),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (outcome.ok) return outcome.result;
  throw new FailureError(outcome.failure);
}
