/** The bare page: hands golden cases to a worker, one at a time. What goes wrong in the worker rejects. */
import type { FromVerifyWorker, Judged, JudgeOrder, TerminalPage } from './messages.ts';

declare global {
  interface Window {
    nexusTerminal: TerminalPage;
    /** Given by the terminal, which ends a Chrome that it has not heard of for long. */
    nexusAlive(): Promise<void>;
  }
}

const worker = new Worker(new URL('./verify.worker.ts', import.meta.url), { type: 'module' });

window.nexusTerminal = {
  judge: (order: JudgeOrder) =>
    new Promise<Judged>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromVerifyWorker>) => {
        if (data.kind === 'answer') resolve(data.judged);
        else void window.nexusAlive();
      };
      worker.onerror = (event) => reject(new Error(`${event.message} (${event.filename}:${event.lineno})`));
      worker.postMessage(order);
    }),
};
