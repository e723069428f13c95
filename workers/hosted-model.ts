/** What both model workers have in common: one bundle open at a time, one job at a time, and what is told of both. */
import { Bundle } from '../model/bundle/reader.ts';
import { fail } from '../model/failure.ts';
import { planMemory } from './bundle/memory-plan.ts';
import type { OpenFolder, OpenLocation } from './bundle/open-folder.ts';
import { summarise } from './bundle/summary.ts';
import type { FetchProgress } from './download.ts';
import { Announcer, announced } from './gpu/announced-runtime.ts';
import { finiteRuntime } from './gpu/finite-runtime.ts';
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

/** Brings onnxruntime, and tells as its file arrives. */
export type LoadOrt = (progress: FetchProgress) => Promise<Ort>;

/** What a worker is given by the page's thread that it is, or by the terminal. */
export interface Surroundings {
  readonly loadOrt: LoadOrt;
  readonly openLocation: OpenLocation;
}

/** A model on its runtime, and the jobs that were given to it. */
interface Hosted<Model> {
  readonly files: OpenFolder;
  readonly runtime: Runtime;
  readonly model: Model;
  readonly jobs: Jobs;
}

export class HostedModel<Model extends ClosableModel> {
  readonly events = new EventPort();
  readonly #worker: 'language' | 'painter';
  readonly #loadOrt: LoadOrt;
  readonly #openLocation: OpenLocation;
  readonly #create: CreateModel<Model>;
  #open: Hosted<Model> | null = null;
  /** Openings and closings, one after the other. */
  #lifecycle: Promise<unknown> = Promise.resolve();
  /** Of the last runtime, closed or not: after `close` it has to be empty. */
  #memory: () => MemoryUse = () => ({ owners: {}, peak: 0 });

  constructor(worker: 'language' | 'painter', { loadOrt, openLocation }: Surroundings, create: CreateModel<Model>) {
    this.#worker = worker;
    this.#loadOrt = loadOrt;
    this.#openLocation = openLocation;
    this.#create = create;
  }

  /** @throws MODEL_CLOSED */
  get model(): Model {
    return this.#hosted().model;
  }

  /** Opens a bundle in the place of the one before; events go over the port from now on. */
  open(options: OpenOptions, port: MessagePort): Promise<Opened> {
    const retired = this.#retire();
    return this.#inTurn(async () => {
      await retired;
      await this.#retire();
      this.events.connect(port);
      return this.#start(options);
    });
  }

  /**
   * Runs a job when those before it have ended.
   *
   * @throws MODEL_CLOSED, also where the model is being closed; STOPPED where that begins before the job's turn comes
   */
  async run<Result>(job: JobId, task: (model: Model, signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { model, jobs } = this.#hosted();
    return jobs.run(job, (signal) => task(model, signal));
  }

  cancel(job: JobId): void {
    this.#open?.jobs.cancel(job);
  }

  memory(): MemoryUse {
    return this.#memory();
  }

  close(): Promise<null> {
    const retired = this.#retire();
    return this.#inTurn(async () => {
      await retired;
      await this.#retire();
      return null;
    });
  }

  #hosted(): Hosted<Model> {
    return this.#open ?? fail('MODEL_CLOSED', { worker: this.#worker });
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#lifecycle.then(task);
    this.#lifecycle = result.catch(() => undefined);
    return result;
  }

  async #start({ location, ...wanted }: OpenOptions): Promise<Opened> {
    const progress = (part: string, done: number, total: number) =>
      this.events.send({ type: 'loading', part, done, total });
    const files = await this.#openLocation(location, progress);
    try {
      return await this.#startFrom(files, wanted, progress);
    } catch (error) {
      await files.close();
      throw error;
    }
  }

  async #startFrom(
    files: OpenFolder,
    { device, activations }: Omit<OpenOptions, 'location'>,
    progress: FetchProgress,
  ): Promise<Opened> {
    const bundle = await Bundle.open(files.folder);
    // No run yet: what arrives is heard of, and what does not is not waited for as a run would be. The size is not known.
    const ort = await this.#loadOrt((_, done) => progress('onnxruntime', done, 0));
    const announcer = new Announcer((announcement) => this.events.send(announcement));
    const opening = announcer.during('onnxruntime', 1, () => openRuntime(ort, device, { activations }));
    const runtime = announced(finiteRuntime(await opening), announcer);
    // Told at once, between two jobs too: the next one then finds a new worker.
    void runtime.lost.then((failure) => this.events.send({ type: 'lost', failure }));
    this.#memory = () => ({ owners: runtime.ledger(), peak: runtime.peakBytes() });
    try {
      const memory = planMemory(bundle, runtime);
      const model = await this.#create(runtime, bundle, memory);
      this.#open = { files, runtime, model, jobs: new Jobs() };
      return { bundle: await summarise(bundle, files.sha256), device: runtime.report, memory };
    } catch (error) {
      await this.#open?.model.close();
      this.#open = null;
      await runtime.close();
      throw error;
    }
  }

  /** Closes the model that is open. From the call on no job is taken; those that were taken are stopped and end first. */
  async #retire(): Promise<void> {
    const closing = this.#open;
    this.#open = null;
    await closing?.jobs.cancelAll();
    await closing?.model.close();
    await closing?.runtime.close();
    await closing?.files.close();
    if (closing !== null) this.events.close();
  }
}
