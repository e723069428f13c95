/**
 * The autoregressive transformer while it reads and writes one sequence: a static key/value cache, and the pieces around it.
 * What the sequence means (turns, words, drawings) is the business of the verbs built on this.
 */
import type { TransformerConfig } from '../../model/config/transformer.ts';
import { fail } from '../../model/failure.ts';
import {
  cacheShape,
  type LayerRange,
  segmentName,
  type TransformerName,
  transformerRotary,
} from '../../model/pieces/transformer.ts';
import { multimodalRotary } from '../../model/tables/rotary.ts';
import type { Positions } from '../../model/tables/token-positions.ts';
import { type DeviceTensor, hostTensor, type Program, type Runtime, type Tensor } from '../gpu/runtime.ts';

export type LanguagePiece = 'vision_encoder' | TransformerName | 'text_projector' | 'vision_projector';

/** The language side's weights, from a bundle or straight from a checkpoint. */
export interface LanguageWeights {
  /** The runs of layers that the transformer's programs are of, in order. */
  readonly segments: readonly LayerRange[];
  /** Calls `run` with a piece's program, which may be gone when that has ended. */
  using<Result>(piece: LanguagePiece, run: (program: Program) => Promise<Result>): Promise<Result>;
  /** Embedding rows [ids, hidden_size] of token ids. */
  tokenRows(ids: ArrayLike<number>): Promise<Float32Array>;
  /** The learned inputs of an image's positions, [rows, hidden_size]. */
  prefillRows(): Promise<Float32Array>;
}

const owner = 'language';

type Feeds = Readonly<Record<string, Tensor>>;

/** A layer's keys and values, in the shape of `cacheShape`. */
interface LayerCache {
  readonly key: DeviceTensor;
  readonly value: DeviceTensor;
}

export class LanguageModel {
  readonly config: TransformerConfig;
  readonly weights: LanguageWeights;
  /** Tokens the cache has room for. */
  readonly slots: number;
  readonly #runtime: Runtime;
  readonly #rotary: ReturnType<typeof transformerRotary>;
  /** Layer by layer. */
  #cache: readonly LayerCache[] | null = null;
  #length = 0;

  constructor(runtime: Runtime, weights: LanguageWeights, config: TransformerConfig, slots: number) {
    this.#runtime = runtime;
    this.weights = weights;
    this.config = config;
    this.slots = slots;
    this.#rotary = transformerRotary(config);
  }

  /** Tokens in the cache. */
  get length(): number {
    return this.#length;
  }

  /** Forgets all tokens from `length` on; those before it stay in the cache. */
  rewind(length: number): void {
    if (length < 0 || length > this.#length)
      fail('UNEXPECTED', { message: `rewind to ${length} of ${this.#length} tokens` });
    this.#length = length;
  }

  /**
   * Reads new tokens: input embeddings [tokens, hidden_size] at their positions. `use` receives the final hidden states
   * [tokens, hidden_size] on the device, which are freed when it is done.
   *
   * @throws CONTEXT_FULL where the cache has no room for them; nothing has changed then
   */
  async advance<Result>(
    embeddings: Float32Array,
    positions: Positions,
    use: (hidden: DeviceTensor) => Promise<Result>,
  ): Promise<Result> {
    const tokens = embeddings.length / this.config.hidden_size;
    const total = this.#length + tokens;
    if (total > this.slots) fail('CONTEXT_FULL', { tokens: total, slots: this.slots });
    const hidden = await this.#run(embeddings, tokens, positions);
    this.#length = total;
    try {
      return await use(hidden);
    } finally {
      this.#runtime.free(hidden);
    }
  }

  /** Reads new tokens of which nothing but their place in the cache is wanted. */
  async read(embeddings: Float32Array, positions: Positions): Promise<void> {
    await this.advance(embeddings, positions, async () => undefined);
  }

  /** Logits [rows, vocab_size] read from rows [first, first + rows) of hidden states, for instance the last of a prompt. */
  async logits(hidden: DeviceTensor, first: number, rows = 1): Promise<Float32Array> {
    return this.#project('text_projector', 'logits', hidden, first, rows);
  }

  /** Image embeddings [rows, hidden_size] read from rows [first, first + rows) of hidden states. */
  async imageEmbeddings(hidden: DeviceTensor, first: number, rows: number): Promise<Float32Array> {
    return this.#project('vision_projector', 'embeddings', hidden, first, rows);
  }

  /** Frees the cache; programs belong to the weights. */
  close(): void {
    for (const { key, value } of this.#cache ?? []) {
      this.#runtime.free(key);
      this.#runtime.free(value);
    }
    this.#cache = null;
    this.#length = 0;
  }

  /** All layers, segment after segment; what flows between two of them is freed when the second has read it. */
  async #run(embeddings: Float32Array, tokens: number, positions: Positions): Promise<DeviceTensor> {
    const { cosines, sines } = multimodalRotary(positions, this.#rotary);
    const half = this.#rotary.headWidth / 2;
    const total = this.#length + tokens;
    const shared: Feeds = {
      cosines: hostTensor('float32', [1, tokens, half], cosines),
      sines: hostTensor('float32', [1, tokens, half], sines),
      last_index: hostTensor('int32', [1], Int32Array.of(total - 1)),
      total: hostTensor('int32', [], Int32Array.of(total)),
    };
    let hidden: Tensor = hostTensor('float32', [tokens, this.config.hidden_size], embeddings);
    for (const segment of this.weights.segments) {
      const entering = hidden;
      try {
        hidden = await this.#runSegment(segment, { ...shared, embeddings: entering });
      } finally {
        if (entering.place === 'device') this.#runtime.free(entering);
      }
    }
    return onDevice(hidden);
  }

  async #runSegment(range: LayerRange, feeds: Feeds): Promise<DeviceTensor> {
    this.#cache ??= this.#emptyCache();
    const cache = this.#cache.slice(range.first, range.first + range.count);
    const named = cache.flatMap(({ key, value }, place) => {
      const layer = range.first + place;
      return [[`${layer}.key`, key] as const, [`${layer}.value`, value] as const];
    });
    const past = Object.fromEntries(named.map(([name, tensor]) => [`past.${name}`, tensor]));
    const present = Object.fromEntries(named.map(([name, tensor]) => [`present.${name}`, tensor]));
    const places = { hidden: { newFor: owner }, ...present };
    const name = segmentName(this.config, range);
    const outputs = await this.weights.using(name, (program) => program.run({ ...feeds, ...past }, places));
    return onDevice(outputs.hidden);
  }

  #emptyCache(): readonly LayerCache[] {
    const shape = cacheShape(this.config, this.slots);
    const zeros = () => this.#runtime.zeros(`${owner} cache`, 'float32', shape);
    return Array.from({ length: this.config.num_hidden_layers }, () => ({ key: zeros(), value: zeros() }));
  }

  async #project(
    piece: 'text_projector' | 'vision_projector',
    output: string,
    hidden: DeviceTensor,
    first: number,
    rows: number,
  ): Promise<Float32Array> {
    const whole = hidden.shape[0] === rows;
    const wanted = whole ? hidden : await this.#runtime.rows(owner, hidden, first, rows);
    try {
      const outputs = await this.weights.using(piece, (program) =>
        program.run({ hidden: wanted }, { [output]: 'host' }),
      );
      return float32Of(outputs[output]);
    } finally {
      if (!whole) this.#runtime.free(wanted);
    }
  }
}

function onDevice(tensor: Tensor | undefined): DeviceTensor {
  if (tensor?.place !== 'device') fail('UNEXPECTED', { message: 'transformer: hidden states are not on the device' });
  return tensor;
}

/** The values of an output that was asked for on the host. */
export function float32Of(tensor: Tensor | undefined): Float32Array {
  if (tensor?.place === 'host' && tensor.data instanceof Float32Array) return tensor.data;
  return fail('UNEXPECTED', { message: 'an output without float32 values' });
}
