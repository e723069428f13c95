/** Where the weights of FLUX's layers are while it draws. */
import type { FluxLayer } from '../../model/pieces/flux.ts';
import { type DeviceTensor, type HostTensor, hostTensor, type Runtime } from '../gpu/runtime.ts';
import { fedValues } from '../gpu/tensor-data.ts';
import type { Decoder } from '../protocol.ts';
import { isSameLayer, type LayerFeeds, LayerRing } from './layer-ring.ts';
import type { FluxSource } from './source.ts';

/** `resident`: uploaded once and kept. `streamed`: read again for every use, where the device has no room for it. */
export type Placement = (layer: FluxLayer) => 'resident' | 'streamed';
export const allResident: Placement = () => 'resident';
export const allStreamed: Placement = () => 'streamed';

type Use<Result> = (feeds: LayerFeeds) => Promise<Result>;

export class FluxWeights {
  readonly #runtime: Runtime;
  readonly #source: FluxSource;
  readonly #decoder: Decoder;
  readonly #placement: Placement;
  readonly #resident = new Map<string, Promise<LayerFeeds>>();

  constructor(runtime: Runtime, source: FluxSource, decoder: Decoder, placement: Placement) {
    this.#runtime = runtime;
    this.#source = source;
    this.#decoder = decoder;
    this.#placement = placement;
  }

  /**
   * Calls `run` with what lends the weights of layers that will be wanted in this order. What is streamed is on the device only
   * until `run` has ended.
   *
   * @param placement of layers that are placed otherwise here
   */
  async inOrder<Result>(
    order: readonly FluxLayer[],
    run: (lender: WeightLender) => Promise<Result>,
    placement = this.#placement,
  ): Promise<Result> {
    const ring = new LayerRing(this.#runtime, this.#owner, (layer) => this.#read(layer));
    const lender: WeightLender = {
      using: async (layer, use) => {
        if (this.#source.fluxWeights(layer.graph).length === 0) return use({});
        const next = following(order, layer).find((later) => placement(later) === 'streamed') ?? null;
        if (placement(layer) === 'streamed') return ring.using(layer, next, use);
        if (next !== null) ring.expect(next);
        return use(await this.#kept(layer));
      },
    };
    try {
      return await run(lender);
    } finally {
      await ring.end();
    }
  }

  /** Frees what is resident. */
  async close(): Promise<void> {
    const loads = [...this.#resident.values()];
    this.#resident.clear();
    for (const load of await Promise.allSettled(loads)) if (load.status === 'fulfilled') this.#free(load.value);
  }

  get #owner(): string {
    return `${this.#decoder} decoder`;
  }

  #kept(layer: FluxLayer): Promise<LayerFeeds> {
    const key = `${layer.graph} ${layer.prefix}`;
    const known = this.#resident.get(key);
    if (known) return known;
    const loading = this.#upload(layer);
    this.#resident.set(key, loading);
    // A load that failed is tried again by the next picture.
    loading.catch(() => this.#resident.delete(key));
    return loading;
  }

  async #upload(layer: FluxLayer): Promise<LayerFeeds> {
    const uploaded: Record<string, DeviceTensor> = {};
    try {
      for (const [name, tensor] of await this.#read(layer)) {
        uploaded[name] = this.#runtime.upload(this.#owner, tensor);
      }
      return uploaded;
    } catch (error) {
      this.#free(uploaded);
      throw error;
    }
  }

  #free(feeds: LayerFeeds): void {
    for (const tensor of Object.values(feeds)) this.#runtime.free(tensor);
  }

  async #read({ graph, prefix }: FluxLayer): Promise<ReadonlyMap<string, HostTensor>> {
    const read = new Map<string, HostTensor>();
    for (const { name, type, shape } of this.#source.fluxWeights(graph)) {
      const bytes = await this.#source.readFlux(this.#decoder, prefix + name);
      read.set(name, hostTensor(type, shape, fedValues(type, shape, bytes)));
    }
    return read;
  }
}

/** Lends layers' weights to whoever runs them, one layer at a time. */
export interface WeightLender {
  /** Calls `use` with a layer's weights as feeds, which may be gone when that has ended. */
  using<Result>(layer: FluxLayer, use: Use<Result>): Promise<Result>;
}

function following(order: readonly FluxLayer[], layer: FluxLayer): readonly FluxLayer[] {
  const at = order.findIndex((other) => isSameLayer(other, layer));
  return at < 0 ? [] : order.slice(at + 1);
}
