/** The language side with random weights, float32, for figures that do not depend on what the weights are. */
import { published } from '../../model/config/published.table.ts';
import type { TransformerConfig } from '../../model/config/transformer.ts';
import type { VisionConfig } from '../../model/config/vision.ts';
import { fail } from '../../model/failure.ts';
import { type BuiltGraph, exactOptions } from '../../model/onnx/graph.ts';
import { textProjector, visionProjector } from '../../model/pieces/projectors.ts';
import { allLayers, isSegment, type LayerRange, transformerSegment } from '../../model/pieces/transformer.ts';
import { visionEncoder } from '../../model/pieces/vision-encoder.ts';
import type { Program, Runtime } from '../../workers/gpu/runtime.ts';
import type { LanguagePiece, LanguageWeights } from '../../workers/language/model.ts';
import { RandomWeights } from './random-weights.ts';

export interface LanguageSizes {
  readonly transformer: TransformerConfig;
  readonly vision: VisionConfig;
}

/** Wide enough that reading the weights is most of a pass: 61 million in the layers, by the published proportions. */
export const midSize: LanguageSizes = {
  transformer: {
    ...published.transformer,
    hidden_size: 1024,
    num_hidden_layers: 4,
    num_attention_heads: 8,
    num_key_value_heads: 2,
    intermediate_size: 4096,
    vocab_size: 8192,
    vision_start_token_id: 8000,
    vision_end_token_id: 8001,
    image_token_id: 8002,
  },
  vision: {
    ...published.vision,
    depth: 4,
    hidden_size: 512,
    num_heads: 8,
    intermediate_size: 1368,
    out_hidden_size: 1024,
    fullatt_block_indexes: [3],
  },
};

/** Of a drawn picture, as the published model draws. */
export const imageTokens = 81;

export class RandomLanguage implements LanguageWeights {
  readonly #runtime: Runtime;
  readonly #sizes: LanguageSizes;
  readonly #weights = new RandomWeights('0');
  readonly #programs = new Map<LanguagePiece, Promise<Program>>();

  constructor(runtime: Runtime, sizes: LanguageSizes) {
    this.#runtime = runtime;
    this.#sizes = sizes;
  }

  get segments(): readonly LayerRange[] {
    return [allLayers(this.#sizes.transformer)];
  }

  async using<Result>(piece: LanguagePiece, run: (program: Program) => Promise<Result>): Promise<Result> {
    const program = this.#programs.get(piece) ?? this.#build(this.#graph(piece));
    this.#programs.set(piece, program);
    return run(await program);
  }

  async tokenRows(ids: ArrayLike<number>): Promise<Float32Array> {
    return this.#weights.rows('token rows', ids.length, this.#sizes.transformer.hidden_size);
  }

  async prefillRows(): Promise<Float32Array> {
    return this.#weights.rows('prefill rows', imageTokens, this.#sizes.transformer.hidden_size);
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await (await program).release();
    this.#programs.clear();
  }

  #graph(piece: LanguagePiece): BuiltGraph {
    const { transformer: config, vision } = this.#sizes;
    if (isSegment(piece)) return transformerSegment(config, allLayers(config), exactOptions);
    switch (piece) {
      case 'text_projector':
        return textProjector(config, exactOptions);
      case 'vision_projector':
        return visionProjector(config, exactOptions);
      case 'vision_encoder':
        return visionEncoder(vision, exactOptions);
    }
  }

  #build(graph: BuiltGraph): Promise<Program> {
    const used = new Map(graph.weights.map((weight) => [weight.declaration.name, weight]));
    return this.#runtime.build(graph, async (name) => {
      const weight = used.get(name);
      if (!weight) return fail('UNEXPECTED', { message: `no weight ${name}` });
      return new Uint8Array(this.#weights.values(weight.declaration).buffer);
    });
  }
}
