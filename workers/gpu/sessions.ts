/**
 * onnxruntime allows one create, run or release at a time: two at once wedge a worker. Everything goes through this queue.
 */
import type { InferenceSession } from 'onnxruntime-web';
import { FailureError, fail } from '../../model/failure.ts';
import { type ExternalData, externalData } from './external-data.ts';
import type { Ort } from './ort-library.ts';
import { isOutOfMemory } from './out-of-memory.ts';
import type { GraphFile } from './runtime.ts';

/** Told which graph is being loaded while it is: what is allocated then are its weights. */
export type WhileLoading = <Result>(graph: string, load: () => Promise<Result>) => Promise<Result>;

/** Of the device, in bytes. */
export interface MemoryInUse {
  readonly held: number;
  readonly available: number;
}

export class Sessions {
  readonly #ort: Ort;
  readonly #options: InferenceSession.SessionOptions;
  readonly #memory: () => MemoryInUse;
  readonly #whileLoading: WhileLoading;
  #last: Promise<unknown> = Promise.resolve();
  readonly #open = new Set<InferenceSession>();

  constructor(
    ort: Ort,
    options: InferenceSession.SessionOptions,
    memory: () => MemoryInUse,
    whileLoading: WhileLoading = (_, load) => load(),
  ) {
    this.#ort = ort;
    this.#options = options;
    this.#memory = memory;
    this.#whileLoading = whileLoading;
  }

  /** @throws MEMORY_FULL; LOAD_FAILED with the graph's name and onnxruntime's reason; what a source of its weights throws */
  create(file: GraphFile): Promise<InferenceSession> {
    return this.#queued(async () => {
      const external: (ExternalData & { readonly path: string })[] = [];
      for (const { path, data } of file.external) external.push({ path, ...(await externalData(data)) });
      try {
        const externalData = external.map(({ path, data }) => ({ path, data }));
        const session = await this.#whileLoading(file.name, () =>
          this.#ort.InferenceSession.create(file.bytes, { ...this.#options, externalData }),
        );
        this.#open.add(session);
        return session;
      } catch (error) {
        for (const { problem } of external) if (problem() !== undefined) throw problem();
        const bytes = externalBytes(file);
        if (this.#isMemoryFull(error, bytes)) fail('MEMORY_FULL', { graph: file.name, doing: 'load', bytes });
        return fail('LOAD_FAILED', { graph: file.name, reason: reasonOf(error) });
      }
    });
  }

  /** @throws MEMORY_FULL, RUN_FAILED with the graph's name and onnxruntime's reason */
  run(
    name: string,
    session: InferenceSession,
    feeds: InferenceSession.FeedsType,
    fetches: InferenceSession.FetchesType,
  ): Promise<InferenceSession.ReturnType> {
    return this.#queued(async () => {
      try {
        return await session.run(feeds, fetches);
      } catch (error) {
        const { held: bytes } = this.#memory();
        if (this.#isMemoryFull(error, 0)) fail('MEMORY_FULL', { graph: name, doing: 'run', bytes });
        return fail('RUN_FAILED', { graph: name, reason: reasonOf(error) });
      }
    });
  }

  release(session: InferenceSession): Promise<void> {
    return this.#queued(async () => {
      if (this.#open.delete(session)) await session.release();
    });
  }

  /** Resolves when every call asked for until now has ended. */
  idle(): Promise<void> {
    return this.#queued(async () => undefined);
  }

  async close(): Promise<void> {
    for (const session of [...this.#open]) await this.release(session);
  }

  #isMemoryFull(thrown: unknown, asked: number): boolean {
    const { held, available } = this.#memory();
    return isOutOfMemory(thrown, held + asked > available / 2);
  }

  #queued<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

export function externalBytes({ external }: GraphFile): number {
  return external.reduce((sum, { data }) => sum + (data instanceof Uint8Array ? data.length : data.size), 0);
}

/** onnxruntime throws Errors, and now and then bare numbers from wasm. */
function reasonOf(error: unknown): string {
  if (error instanceof FailureError) return error.message;
  return error instanceof Error ? error.message : `code ${String(error)}`;
}
