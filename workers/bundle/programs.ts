/**
 * The graphs of a bundle, ready to run: loaded when first used, then kept; or, where the memory plan has no room for that, loaded
 * for each use and released behind it.
 */
import type { Bundle } from '../../model/bundle/reader.ts';
import type { Program, Runtime } from '../gpu/runtime.ts';

export class BundlePrograms {
  readonly #runtime: Runtime;
  readonly #bundle: Bundle;
  readonly #streamed: ReadonlySet<string>;
  readonly #programs = new Map<string, Promise<Program>>();
  /** Settles when the streamed program that was asked for last is released: two at a time were not planned for. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param streamed graphs that are not kept */
  constructor(runtime: Runtime, bundle: Bundle, streamed: ReadonlySet<string>) {
    this.#runtime = runtime;
    this.#bundle = bundle;
    this.#streamed = streamed;
  }

  /** Calls `run` with a graph's program, which may be gone when that has ended. */
  async using<Result>(name: string, run: (program: Program) => Promise<Result>): Promise<Result> {
    if (!this.#streamed.has(name)) return run(await this.kept(name));
    const turn = this.#last.then(() => this.#once(name, run));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** A program that stays until `close`, for graphs without weights of their own. */
  kept(name: string): Promise<Program> {
    const known = this.#programs.get(name);
    if (known) return known;
    const loading = this.#load(name);
    this.#programs.set(name, loading);
    // A graph that failed to load is tried again by the next request.
    loading.catch(() => this.#programs.delete(name));
    return loading;
  }

  async close(): Promise<void> {
    await this.#last;
    const loads = [...this.#programs.values()];
    this.#programs.clear();
    for (const load of await Promise.allSettled(loads)) if (load.status === 'fulfilled') await load.value.release();
  }

  async #once<Result>(name: string, run: (program: Program) => Promise<Result>): Promise<Result> {
    const program = await this.#load(name);
    try {
      return await run(program);
    } finally {
      await program.release();
    }
  }

  async #load(name: string): Promise<Program> {
    const { bytes, shards } = await this.#bundle.graph(name, this.#runtime.report.activations);
    return this.#runtime.load({ name, bytes, external: shards.map((shard) => ({ path: shard.name, data: shard })) });
  }
}
