/**
 * A runtime that says what it is about to do. The wasm provider does not give its thread back before a run has ended, so what
 * is told later would be told too late: whoever waits for the worker judges its silence by the run that it began.
 */
import type { WorkerEvent } from '../protocol.ts';
import { forwarded, type Program, type Runtime, type Tensor } from './runtime.ts';

export type Announcement = Extract<WorkerEvent, { readonly type: 'running' | 'ran' }>;

type Tell = (announcement: Announcement) => void;

/** What is under way, told when it begins and when all of it has ended. */
export class Announcer {
  readonly #tell: Tell;
  readonly #underWay = new Set<Announcement>();
  /** Milliseconds that one unit of each kind of work took when it was last done. */
  readonly #pace = new Map<string, number>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** @param units of work, which its time grows with */
  async during<Result>(name: string, units: number, task: () => Promise<Result>): Promise<Result> {
    const pace = this.#pace.get(name);
    const running = { type: 'running', name, expectedMs: pace === undefined ? null : pace * units } as const;
    this.#underWay.add(running);
    this.#tell(running);
    const begin = performance.now();
    try {
      const result = await task();
      this.#pace.set(name, (performance.now() - begin) / Math.max(1, units));
      return result;
    } finally {
      this.#underWay.delete(running);
      const [other] = this.#underWay;
      this.#tell(other ?? { type: 'ran' });
    }
  }
}

export function announced(runtime: Runtime, announcer: Announcer): Runtime {
  const program = (name: string, loaded: Program): Program => ({
    run: (feeds, places) => announcer.during(name, mostValues(feeds), () => loaded.run(feeds, places)),
    release: () => loaded.release(),
  });
  return {
    ...forwarded(runtime),
    load: async (file) => program(file.name, await announcer.during(`load ${file.name}`, 1, () => runtime.load(file))),
    build: async (graph, readStored) =>
      program(graph.name, await announcer.during(`load ${graph.name}`, 1, () => runtime.build(graph, readStored))),
    read: (tensor) => announcer.during('read', 1, () => runtime.read(tensor)),
    settled: () => announcer.during('settle', 1, () => runtime.settled()),
  };
}

/** A graph's time grows with its largest input: the tokens of a sequence, the latents of a tile. */
function mostValues(feeds: Readonly<Record<string, Tensor>>): number {
  const counts = Object.values(feeds).map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  return Math.max(1, ...counts);
}
