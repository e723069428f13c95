/** Where the weights of FLUX's layers are while it draws. */
import type { StoredTensor } from '../../model/onnx/stored.ts';
import type { FluxLayer } from '../../model/pieces/flux.ts';
import { type DeviceTensor, type HostTensor, hostTensor, type Runtime, type Tensor } from '../gpu/runtime.ts';
import { fedValues } from '../gpu/tensor-data.ts';
import type { Decoder } from '../protocol.ts';
import type { FluxSource } from './source.ts';

/** `resident`: uploaded once and kept. `streamed`: read again for every use, where the device has no room for it. */
export type Placement = (layer: FluxLayer) => 'resident' | 'streamed';
export const allResident: Placement = () => 'resident';
export const allStreamed: Placement = () => 'streamed';

type Feeds = Readonly<Record<string, Tensor>>;

export class FluxWeights {
  readonly #runtime: Runtime;
  readonly #source: FluxSource;
  readonly #decoder: Decoder;
  readonly #placement: Placement;
  readonly #resident = new Map<string, Promise<Readonly<Record<string, DeviceTensor>>>>();

  constructor(runtime: Runtime, source: FluxSource, decoder: Decoder, placement: Placement) {
    this.#runtime = runtime;
    this.#source = source;
    this.#decoder = decoder;
    this.#placement = placement;
  }

  /** Calls `use` with a layer's weights as feeds. */
  async using<Result>(layer: FluxLayer, use: (feeds: Feeds) => Promise<Result>): Promise<Result> {
    return this.#placement(layer) === 'resident' ? use(await this.#kept(layer)) : this.once(layer, use);
  }

  /** Calls `use` with a layer's weights, which do not stay on the device: for layers that run once a schedule. */
  async once<Result>(layer: FluxLayer, use: (feeds: Feeds) => Promise<Result>): Promise<Result> {
    const uploaded = await this.#upload(layer);
    try {
      return await use(uploaded);
    } finally {
      for (const tensor of Object.values(uploaded)) this.#runtime.free(tensor);
    }
  }

  /** Frees what is resident. */
  async close(): Promise<void> {
    const loads = [...this.#resident.values()];
    this.#resident.clear();
    for (const load of await Promise.allSettled(loads)) {
      if (load.status === 'fulfilled') for (const tensor of Object.values(load.value)) this.#runtime.free(tensor);
    }
  }

  #kept(layer: FluxLayer): Promise<Readonly<Record<string, DeviceTensor>>> {
    const key = `${layer.graph} ${layer.prefix}`;
    const known = this.#resident.get(key);
    if (known) return known;
    const loading = this.#upload(layer);
    this.#resident.set(key, loading);
    // A load that failed is tried again by the next picture.
    loading.catch(() => this.#resident.delete(key));
    return loading;
  }

  async #upload(layer: FluxLayer): Promise<Readonly<Record<string, DeviceTensor>>> {
    const uploaded: Record<string, DeviceTensor> = {};
    try {
      for (const tensor of this.#source.fluxWeights(layer.graph)) {
        uploaded[tensor.name] = this.#runtime.upload(`${this.#decoder} decoder`, await this.#read(layer, tensor));
      }
      return uploaded;
    } catch (error) {
      for (const tensor of Object.values(uploaded)) this.#runtime.free(tensor);
      throw error;
    }
  }

  async #read({ prefix }: FluxLayer, { name, type, shape }: StoredTensor): Promise<HostTensor> {
    const bytes = await this.#source.readFlux(this.#decoder, prefix + name);
    return hostTensor(type, shape, fedValues(type, shape, bytes));
  }
}
