/** The graphs of a bundle, ready to run: loaded when first asked for, then kept. */
import type { Bundle } from '../../model/bundle/reader.ts';
import type { Program, Runtime } from '../gpu/runtime.ts';

export class BundlePrograms {
  readonly #runtime: Runtime;
  readonly #bundle: Bundle;
  readonly #programs = new Map<string, Promise<Program>>();

  constructor(runtime: Runtime, bundle: Bundle) {
    this.#runtime = runtime;
    this.#bundle = bundle;
  }

  get(name: string): Promise<Program> {
    const known = this.#programs.get(name);
    if (known) return known;
    const loading = this.#load(name);
    this.#programs.set(name, loading);
    // A graph that failed to load is tried again by the next request.
    loading.catch(() => this.#programs.delete(name));
    return loading;
  }

  async close(): Promise<void> {
    const loads = [...this.#programs.values()];
    this.#programs.clear();
    for (const load of await Promise.allSettled(loads)) if (load.status === 'fulfilled') await load.value.release();
  }

  async #load(name: string): Promise<Program> {
    const { bytes, shards } = await this.#bundle.graph(name, this.#runtime.report.activations);
    const external = [];
    for (const shard of shards) external.push({ path: shard.name, data: await shard.read(0, shard.size) });
    return this.#runtime.load({ name, bytes, external });
  }
}
