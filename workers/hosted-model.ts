/** What both model workers have in common: one bundle open at a time, one job at a time, and what is told of both. */
import type { Bundle } from '../model/bundle/reader.ts';
import { fail } from '../model/failure.ts';
import { planMemory } from './bundle/memory-plan.ts';
import { openBundle } from './bundle/open-bundle.ts';
import { summarise } from './bundle/summary.ts';
import { openRuntime } from './gpu/open-runtime.ts';
import type { Ort } from './gpu/ort-library.ts';
import type { Runtime } from './gpu/runtime.ts';
import type { JobId, MemoryPlan, MemoryUse, Opened, OpenOptions } from './protocol.ts';
import { EventPort, Jobs } from './serve.ts';

/** A side of the model on a runtime; closing it leaves the runtime open. */
export interface ClosableModel {
  close(): Promise<void>;
}

/** Builds a side of the model from a bundle, as the plan has room for it. */
export type CreateModel<Model> = (runtime: Runtime, bundle: Bundle, plan: MemoryPlan) => Promise<Model>;

export class HostedModel<Model extends ClosableModel> {
  readonly events = new EventPort();
  readonly #jobs = new Jobs();
  readonly #worker: 'language' | 'painter';
  readonly #loadOrt: () => Promise<Ort>;
  readonly #create: CreateModel<Model>;
  #open: { readonly runtime: Runtime; readonly model: Model } | null = null;
  /** Of the last runtime, closed or not: after `close` it has to be empty. */
  #memory: () => MemoryUse = () => ({ owners: {}, peak: 0 });

  constructor(worker: 'language' | 'painter', loadOrt: () => Promise<Ort>, create: CreateModel<Model>) {
    this.#worker = worker;
    this.#loadOrt = loadOrt;
    this.#create = create;
  }

  /** @throws MODEL_CLOSED */
  get model(): Model {
    return this.#open?.model ?? fail('MODEL_CLOSED', { worker: this.#worker });
  }

  /** Opens a bundle in the place of the one before; events go over the port from now on. */
  async open({ location, device }: OpenOptions, port: MessagePort): Promise<Opened> {
    await this.close();
    this.events.connect(port);
    const progress = (part: string, done: number, total: number) =>
      this.events.send({ type: 'loading', part, done, total });
    const { bundle, sha256 } = await openBundle(location, progress);
    const runtime = await openRuntime(await this.#loadOrt(), device);
    // Told at once, between two jobs too: the next one then finds a new worker.
    void runtime.lost.then((failure) => this.events.send({ type: 'lost', failure }));
    this.#memory = () => ({ owners: runtime.ledger(), peak: runtime.peakBytes() });
    try {
      const memory = planMemory(bundle, runtime);
      this.#open = { runtime, model: await this.#create(runtime, bundle, memory) };
      return { bundle: await summarise(bundle, sha256), device: runtime.report, memory };
    } catch (error) {
      this.#open = null;
      await runtime.close();
      throw error;
    }
  }

  /** Runs a job when those before it have ended. */
  async run<Result>(job: JobId, task: (model: Model, signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { model } = this;
    return this.#jobs.run(job, (signal) => task(model, signal));
  }

  cancel(job: JobId): void {
    this.#jobs.cancel(job);
  }

  memory(): MemoryUse {
    return this.#memory();
  }

  async close(): Promise<null> {
    await this.#jobs.cancelAll();
    const closing = this.#open;
    this.#open = null;
    await closing?.model.close();
    await closing?.runtime.close();
    this.events.close();
    return null;
  }
}
