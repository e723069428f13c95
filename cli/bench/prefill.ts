/** Prefilled autoregression in one pass against the loop it equals (paper, section 2.3), on a transformer of random weights. */
import type { Grid, TransformerConfig } from '../../model/config.ts';
import { fail } from '../../model/failure.ts';
import { type BuiltGraph, exactOptions } from '../../model/onnx/graph.ts';
import { visionProjector } from '../../model/pieces/projectors.ts';
import { transformer } from '../../model/pieces/transformer.ts';
import { published } from '../../model/published.table.ts';
import type { Program, Runtime } from '../../workers/gpu/runtime.ts';
import { type DrawingMode, drawImage } from '../../workers/language/drawing.ts';
import { LanguageModel, type LanguagePiece, type LanguageWeights } from '../../workers/language/model.ts';
import { measure } from '../verify/compare.ts';
import { RandomWeights } from './random-weights.ts';
import { type BenchRow, benchRow } from './row.ts';

/** Wide enough that reading the weights is most of a pass: 61 million of them, by the published proportions. */
export const midSize: TransformerConfig = {
  ...published.transformer,
  hidden_size: 1024,
  num_hidden_layers: 4,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  intermediate_size: 4096,
};

/** 81 image tokens, as the published model draws. */
const grid: Grid = [1, 18, 18];
const imageTokens = 81;
const mergeSize = 2;

/** Milliseconds of pass and loop in turns, the ratio pass by loop of each turn, and the cosine between what they draw. */
export async function benchPrefill(
  runtime: Runtime,
  config: TransformerConfig,
  cases: number,
  done: (count: number, total: number) => void,
): Promise<readonly BenchRow[]> {
  const weights = new RandomLanguage(runtime, config);
  const model = new LanguageModel(runtime, weights, config, imageTokens + 1);
  const turns: { pass: number; loop: number; cosine: number }[] = [];
  try {
    // Kernels and buffers of the first run are made before anything is timed.
    await draw(model, 'pass');
    for (let turn = 0; turn < cases; turn += 1) {
      const pass = await draw(model, 'pass');
      const loop = await draw(model, 'loop');
      const cosine = measure(pass.embeddings, loop.embeddings).cosine ?? Number.NaN;
      turns.push({ pass: pass.milliseconds, loop: loop.milliseconds, cosine });
      done(turn + 1, cases);
    }
  } finally {
    model.close();
    await weights.release();
  }
  const of = (value: (turn: (typeof turns)[number]) => number) => turns.map(value);
  return [
    benchRow(
      'one pass',
      'ms',
      of(({ pass }) => pass),
    ),
    benchRow(
      'loop',
      'ms',
      of(({ loop }) => loop),
    ),
    benchRow(
      'pass / loop',
      '1',
      of(({ pass, loop }) => pass / loop),
    ),
    benchRow(
      'cosine of pass and loop',
      '1',
      of(({ cosine }) => cosine),
    ),
  ];
}

async function draw(model: LanguageModel, mode: DrawingMode) {
  model.rewind(0);
  const begin = performance.now();
  const { embeddings } = await drawImage(model, { start: 0, grid, mergeSize, mode });
  return { embeddings, milliseconds: performance.now() - begin };
}

/** The pieces that drawing needs. */
class RandomLanguage implements LanguageWeights {
  readonly #runtime: Runtime;
  readonly #config: TransformerConfig;
  readonly #weights = new RandomWeights('0');
  readonly #programs = new Map<LanguagePiece, Promise<Program>>();

  constructor(runtime: Runtime, config: TransformerConfig) {
    this.#runtime = runtime;
    this.#config = config;
  }

  program(piece: LanguagePiece): Promise<Program> {
    const program = this.#programs.get(piece) ?? this.#build(this.#graph(piece));
    this.#programs.set(piece, program);
    return program;
  }

  async tokenRows(ids: ArrayLike<number>): Promise<Float32Array> {
    return this.#weights.rows('token rows', ids.length, this.#config.hidden_size);
  }

  async prefillRows(): Promise<Float32Array> {
    return this.#weights.rows('prefill rows', imageTokens, this.#config.hidden_size);
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await (await program).release();
    this.#programs.clear();
  }

  #graph(piece: LanguagePiece): BuiltGraph {
    if (piece === 'transformer') return transformer(this.#config, exactOptions);
    if (piece === 'vision_projector') return visionProjector(this.#config, exactOptions);
    return fail('UNEXPECTED', { message: `drawing does not use the ${piece}` });
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
