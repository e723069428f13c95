/** The bare page: hands golden cases to a worker, one at a time. What goes wrong in the worker rejects. */
import type { Judged, JudgeOrder, TerminalPage } from './messages.ts';

declare global {
  interface Window {
    nexusTerminal: TerminalPage;
  }
}

const worker = new Worker(new URL('./verify.worker.ts', import.meta.url), { type: 'module' });

window.nexusTerminal = {
  judge: (order: JudgeOrder) =>
    new Promise<Judged>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<Judged>) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(`${event.message} (${event.filename}:${event.lineno})`));
      worker.postMessage(order);
    }),
};
