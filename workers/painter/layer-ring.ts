/**
 * Layers that do not stay on the device pass through it in two slots: while one is computed with, the next is read and written
 * into the other. A slot's tensors are used again by a layer of equal shapes. At most two layers are on the device and one is on
 * the host: a slot is written again only when the work that reads it is done.
 */
import type { FluxLayer } from '../../model/pieces/flux.ts';
import type { DeviceTensor, HostTensor, Runtime } from '../gpu/runtime.ts';

export type LayerFeeds = Readonly<Record<string, DeviceTensor>>;

/** Reads a layer's weights, by the names of its graph's inputs. */
export type ReadLayer = (layer: FluxLayer) => Promise<ReadonlyMap<string, HostTensor>>;

interface Slot {
  readonly tensors: Map<string, DeviceTensor>;
  /** Resolves when nothing submitted reads it any more. */
  idle: Promise<void>;
}

interface Loading {
  readonly layer: FluxLayer;
  readonly feeds: Promise<LayerFeeds>;
}

export class LayerRing {
  readonly #runtime: Runtime;
  readonly #owner: string;
  readonly #read: ReadLayer;
  #free = emptySlot();
  #used = emptySlot();
  /** The layer that comes next, on its way into the free slot. */
  #ahead: Loading | null = null;

  /** @param owner whose the tensors are in the ledger */
  constructor(runtime: Runtime, owner: string, read: ReadLayer) {
    this.#runtime = runtime;
    this.#owner = owner;
    this.#read = read;
  }

  /**
   * Calls `use` with a layer's weights, and meanwhile loads `next`, which another layer may take the place of after all. Without
   * one a single slot is used. One call at a time.
   *
   * @throws what reading or uploading this layer throws; of the next one, when it is its turn
   */
  async using<Result>(
    layer: FluxLayer,
    next: FluxLayer | null,
    use: (feeds: LayerFeeds) => Promise<Result>,
  ): Promise<Result> {
    const feeds = await this.#loaded(layer);
    if (next !== null) this.expect(next);
    try {
      return await use(feeds);
    } finally {
      // A device that is lost says so to whoever uses it next.
      this.#used.idle = this.#runtime.settled().catch(() => undefined);
    }
  }

  /** Begins to load a layer, unless one is on its way already. */
  expect(layer: FluxLayer): void {
    if (this.#ahead !== null) return;
    const feeds = this.#fill(this.#free, layer);
    // What goes wrong is told when it is this layer's turn.
    feeds.catch(() => undefined);
    this.#ahead = { layer, feeds };
  }

  /** Frees both slots. */
  async end(): Promise<void> {
    await this.#ahead?.feeds.catch(() => undefined);
    this.#ahead = null;
    for (const { tensors } of [this.#free, this.#used]) {
      for (const tensor of tensors.values()) this.#runtime.free(tensor);
      tensors.clear();
    }
  }

  async #loaded(layer: FluxLayer): Promise<LayerFeeds> {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead !== null && isSameLayer(ahead.layer, layer)) {
      [this.#free, this.#used] = [this.#used, this.#free];
      return ahead.feeds;
    }
    await ahead?.feeds.catch(() => undefined);
    return this.#fill(this.#used, layer);
  }

  async #fill(slot: Slot, layer: FluxLayer): Promise<LayerFeeds> {
    const weights = await this.#read(layer);
    await slot.idle;
    const { tensors } = slot;
    for (const [name, tensor] of tensors) {
      if (isSameShape(tensor, weights.get(name))) continue;
      tensors.delete(name);
      this.#runtime.free(tensor);
    }
    for (const [name, weight] of weights) {
      const tensor = tensors.get(name);
      if (tensor) this.#runtime.write(tensor, weight);
      else tensors.set(name, this.#runtime.upload(this.#owner, weight));
    }
    return Object.fromEntries(tensors);
  }
}

function emptySlot(): Slot {
  return { tensors: new Map(), idle: Promise.resolve() };
}

export function isSameLayer(one: FluxLayer, other: FluxLayer): boolean {
  return one.graph === other.graph && one.prefix === other.prefix;
}

function isSameShape(tensor: DeviceTensor, weight: HostTensor | undefined): boolean {
  return tensor.type === weight?.type && tensor.shape.join() === weight.shape.join();
}
