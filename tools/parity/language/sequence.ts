import { readTransformerConfig, type TransformerConfig } from '../../../model/config/transformer.ts';
import type { Grid } from '../../../model/config/vision.ts';
import { type PromptPositions, promptPositions } from '../../../model/tables/token-positions.ts';
import { chooseToken } from '../../../model/text/sample.ts';
import type { HostTensor, Runtime } from '../../../workers/gpu/runtime.ts';
import { readToken, slicePositions } from '../../../workers/language/imagining.ts';
import { LanguageModel, type LanguageWeights } from '../../../workers/language/model.ts';
import { promptEmbeddings } from '../../../workers/language/prompt.ts';
import type { GoldenCase } from '../component.ts';
import { BuiltWeights } from './built-weights.ts';
import { float32Input, grids, int32Input, joined, mergeSize } from './inputs.ts';

/** More than any case's tokens, so that the cache is never quite full. */
const spareSlots = 256;

/** A sequence of a golden case: its tokens, the embeddings of its images, its positions. */
export interface Sequence {
  readonly ids: Int32Array;
  readonly images: Float32Array;
  readonly positions: PromptPositions;
}

export function sequenceOf(golden: GoldenCase, config: TransformerConfig): Sequence {
  const images = golden.inputs.has('image_embeds') ? float32Input(golden, 'image_embeds') : new Float32Array(0);
  return makeSequence(int32Input(golden, 'ids'), grids(golden), images, config, mergeSize(golden));
}

export function makeSequence(
  ids: Int32Array,
  imageGrids: readonly Grid[],
  images: Float32Array,
  config: TransformerConfig,
  spatialMergeSize: number,
): Sequence {
  const options = { image_token_id: config.image_token_id, spatial_merge_size: spatialMergeSize };
  return { ids, images, positions: promptPositions(ids, imageGrids, options) };
}

/** Runs `use` with a model over the case's own weights and frees everything behind it. */
export async function withModel<Result>(
  golden: GoldenCase,
  runtime: Runtime,
  use: (model: LanguageModel, weights: BuiltWeights) => Promise<Result>,
): Promise<Result> {
  const config = readTransformerConfig(golden.config);
  const weights = new BuiltWeights(runtime, golden.weights, { transformer: config });
  try {
    return await withCache(runtime, weights, config, int32Input(golden, 'ids').length, (model) => use(model, weights));
  } finally {
    await weights.release();
  }
}

/** A fresh sequence over weights that stay. */
export async function withCache<Result>(
  runtime: Runtime,
  weights: LanguageWeights,
  config: TransformerConfig,
  tokens: number,
  use: (model: LanguageModel) => Promise<Result>,
): Promise<Result> {
  const model = new LanguageModel(runtime, weights, config, tokens + spareSlots);
  try {
    return await use(model);
  } finally {
    model.close();
  }
}

export interface Prefilled {
  readonly hidden: HostTensor;
  /** [tokens, vocab_size] */
  readonly logits: Float32Array;
}

/** Reads the whole prompt in one pass and answers every row. */
export async function prefill(model: LanguageModel, runtime: Runtime, sequence: Sequence): Promise<Prefilled> {
  const embeddings = await promptEmbeddings(model, sequence.ids, sequence.images);
  return model.advance(embeddings, sequence.positions, async (hidden) => {
    const logits = await model.logits(hidden, 0, sequence.ids.length);
    return { hidden: await runtime.read(hidden), logits };
  });
}

/** Reads a prompt up to its last token, BOI, which the drawing reads itself. */
export async function readBeforeLast(model: LanguageModel, sequence: Sequence): Promise<void> {
  const before = sequence.ids.length - 1;
  if (before === 0) return;
  const embeddings = await promptEmbeddings(model, sequence.ids.subarray(0, before), sequence.images);
  await model.read(embeddings, slicePositions(sequence.positions, 0, before));
}

export interface GreedySteps {
  readonly ids: readonly number[];
  /** Row k is what id k was chosen from. */
  readonly logits: Float32Array;
  readonly next: number;
}

/** The id with the largest logit that is not banned. */
export function greedily(logits: Float32Array, banned: readonly number[]): number {
  return chooseToken(logits, { seen: [], banned }, { choice: { kind: 'greedy' }, repetitionPenalty: 1 }, () => 0);
}

/** Chooses and reads ids one by one from the logits behind a prompt. */
export async function greedySteps(
  model: LanguageModel,
  first: Float32Array,
  position: number,
  steps: number,
  banned: readonly number[],
): Promise<GreedySteps> {
  const ids: number[] = [];
  const rows: Float32Array[] = [];
  let logits = first;
  for (let step = 0; step < steps; step += 1) {
    const id = greedily(logits, banned);
    ids.push(id);
    rows.push(logits);
    logits = await readToken(model, id, position + step);
  }
  return { ids, logits: joined(rows), next: position + steps };
}

/** The last row of [rows, width]. */
export function lastRow(rows: Float32Array, width: number): Float32Array {
  return rows.subarray(rows.length - width);
}
