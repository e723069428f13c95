/** Workers in threads of their own, called through Comlink: those of the page and of the bare page. */
import { type Endpoint, type Remote, transfer, wrap } from 'comlink';
import type { LanguageWorker, PainterWorker } from '../workers/protocol.ts';
import type { ModelWorkers } from './model-session.ts';
import { type SpawnedWorker, scriptNotLoaded } from './spawned-worker.ts';

/** A browser's `Worker`, started under a name of its own: that of the lock which it holds while it lives. */
export interface WorkerThread {
  readonly name: string;
  readonly worker: Endpoint & { terminate(): void };
  /** Resolves when nobody holds the lock of its name any more. */
  released(): Promise<void>;
}

export function threadWorkers(start: (side: 'language' | 'painter') => WorkerThread): ModelWorkers {
  return {
    spawnLanguage() {
      const { service, ...worker } = threadWorker<LanguageWorker>(start('language'));
      const { lacking, speak, throughput } = service;
      return { service: { ...hosted(service), lacking, speak, throughput }, ...worker };
    },
    spawnPainter() {
      const { service, ...worker } = threadWorker<PainterWorker>(start('painter'));
      return { service: { ...hosted(service), paint: service.paint }, ...worker };
    },
    loading: 'together',
  };
}

/** Any worker's thread. One that closed or crashed sends no event, but its lock (workers/liveness-lock.ts) is released. */
export function threadWorker<Service>({ name, worker, released }: WorkerThread): SpawnedWorker<Remote<Service>> {
  let isWanted = true;
  return {
    service: wrap<Service>(worker),
    onDeath(tell) {
      const report = (reason: string) => isWanted && tell(reason);
      worker.addEventListener('error', (event: object) => report(messageOf(event)));
      worker.addEventListener('messageerror', () => report('unreadable message'));
      worker.addEventListener('message', (event: object) => {
        // From now on it holds the lock.
        if ('data' in event && event.data === name) void released().then(() => report('it was closed'));
      });
    },
    async end() {
      isWanted = false;
      worker.terminate();
    },
  };
}

/** A script that does not load has no message. */
function messageOf(event: object): string {
  const message = 'message' in event ? event.message : '';
  return typeof message === 'string' && message !== '' ? message : scriptNotLoaded;
}

type Hosted = Pick<LanguageWorker, 'open' | 'cancel' | 'memory' | 'close'>;

/** The calls that both sides have; the port of `open` moves to the worker. */
function hosted(service: Remote<Hosted>): Hosted {
  const { cancel, memory, close } = service;
  return { open: (options, events) => service.open(options, transfer(events, [events])), cancel, memory, close };
}
