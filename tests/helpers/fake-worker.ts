/** A worker's double for supervision: it opens, answers and dies as a test says. */
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import { type HostListener, WorkerHost } from '../../session/worker-host.ts';
import { nextTask } from '../../workers/next-task.ts';
import type { JobId, Opened, OpenOptions, Outcome, WorkerEvent } from '../../workers/protocol.ts';
import { opened } from './fake-session.ts';

export class FakeWorker {
  ended = false;
  readonly cancelled: JobId[] = [];
  asked: OpenOptions | null = null;
  opening: Promise<Outcome<Opened>>;
  port: MessagePort | null = null;
  die: (reason: string) => void = () => undefined;

  readonly spawned: SpawnedWorker<FakeWorker> = {
    service: this,
    onDeath: (report) => {
      this.die = report;
    },
    end: async () => {
      this.ended = true;
    },
  };

  constructor(opening: Promise<Outcome<Opened>>) {
    this.opening = opening;
  }

  open(options: OpenOptions, port: MessagePort) {
    this.asked = options;
    this.port = port;
    return this.opening;
  }

  memory = async () => ({ owners: {}, peak: 0 });
  close = async () => ({ ok: true, result: null }) as const;

  async cancel(id: JobId) {
    this.cancelled.push(id);
  }

  /** Sends an event; it has arrived when the promise resolves. */
  async tells(event: WorkerEvent): Promise<void> {
    this.port?.postMessage(event);
    await nextTask();
  }
}

export interface Told {
  readonly events: WorkerEvent[];
  readonly opened: Opened[];
  readonly silence: string[];
}

/** @param openings what the workers answer to `open`, in turn; those behind them open as the last one, or rightly */
export function hostOf(...openings: readonly (Outcome<Opened> | Promise<Outcome<Opened>>)[]) {
  const workers: FakeWorker[] = [];
  const told: Told = { events: [], opened: [], silence: [] };
  const listener: HostListener = {
    event: (event) => told.events.push(event),
    opened: (result) => told.opened.push(result),
    silent: (seconds, run) => told.silence.push(`${seconds} s in ${run?.name ?? 'nothing'}`),
    answers: () => told.silence.push('answers'),
  };
  const spawn = () => {
    const answer = openings[Math.min(workers.length, openings.length - 1)] ?? { ok: true as const, result: opened };
    const worker = new FakeWorker(Promise.resolve(answer));
    workers.push(worker);
    return worker.spawned;
  };
  const host = new WorkerHost<FakeWorker>('painter', spawn, listener);
  return { host, workers, told, events: told.events };
}
