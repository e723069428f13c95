/** The bare page's `new Worker`: the very files that the real page starts. */
import { threadWorkers } from '../../session/worker-threads.ts';

export const modelWorkers = threadWorkers((side) => {
  const name = `${side} ${crypto.randomUUID()}`;
  // The bundler finds a worker where its address is written out.
  const worker =
    side === 'language'
      ? new Worker(new URL('../../workers/language/language.worker.ts', import.meta.url), { type: 'module', name })
      : new Worker(new URL('../../workers/painter/painter.worker.ts', import.meta.url), { type: 'module', name });
  return { name, worker, released: () => navigator.locks.request(name, () => undefined) };
});
