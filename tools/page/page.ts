/** The bare page: hands what the terminal asks for to workers, one thing at a time. What goes wrong in a worker rejects. */
import type { Answer, FromWorker, TerminalPage } from './messages.ts';

declare global {
  interface Window {
    nexusTerminal: TerminalPage;
    /** Given by the terminal, which ends a Chrome that it has not heard of for long. */
    nexusAlive(): Promise<void>;
  }
}

/** A worker that is started when it is first asked. */
function asking<Request, Result>(start: () => Worker): (request: Request) => Promise<Answer<Result>> {
  let started: Worker | undefined;
  return (request) =>
    new Promise((resolve, reject) => {
      started ??= start();
      started.onmessage = ({ data }: MessageEvent<FromWorker<Result>>) => {
        if (data.kind === 'answer') resolve(data.answer);
        else void window.nexusAlive();
      };
      started.onerror = (event) => reject(new Error(`${event.message} (${event.filename}:${event.lineno})`));
      started.postMessage(request);
    });
}

window.nexusTerminal = {
  judge: asking(() => new Worker(new URL('./verify.worker.ts', import.meta.url), { type: 'module' })),
  bench: asking(() => new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module' })),
};
