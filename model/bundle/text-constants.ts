/** What FLUX always reads of the empty text: computed once, at conversion (docs/reference.md, "Text encoders"). */
import { z } from 'zod';
import { expectTensors } from '../checkpoint/expect.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import { published } from '../config/published.table.ts';
import { type ClipConfig, readClipConfig, readT5Config, type T5Config } from '../config/text-encoders.ts';
import { fail } from '../failure.ts';
import { type BuiltGraph, exactOptions } from '../onnx/graph.ts';
import { clip } from '../pieces/clip.ts';
import { t5, t5Stages, t5Table } from '../pieces/t5.ts';
import type { ModelKind } from '../recognised.ts';
import { firstIssue } from '../schema-issue.ts';
import { relativeBuckets } from '../tables/relative-buckets.ts';
import { type Feed, type GraphRunner, noFile, weightFeeds } from './graph-runner.ts';

const clipFile = z.object({
  hidden_size: z.int(),
  num_attention_heads: z.int(),
  num_hidden_layers: z.int(),
  intermediate_size: z.int(),
  vocab_size: z.int(),
  max_position_embeddings: z.int(),
  layer_norm_eps: z.number(),
  bos_token_id: z.int(),
  eos_token_id: z.int(),
});

/**
 * `text_encoder/config.json`. The published file says 0 and 2 for the ids that begin and end a text, which its tokenizer
 * never used; the real ones are the vocabulary's last two.
 */
export function readClipFile(json: unknown): ClipConfig {
  const file = read(clipFile, json);
  const outdated = file.eos_token_id === 2;
  return readClipConfig({
    hidden: file.hidden_size,
    heads: file.num_attention_heads,
    layers: file.num_hidden_layers,
    intermediate: file.intermediate_size,
    vocab: file.vocab_size,
    positions: file.max_position_embeddings,
    bos: outdated ? file.vocab_size - 2 : file.bos_token_id,
    eos: outdated ? file.vocab_size - 1 : file.eos_token_id,
    eps: file.layer_norm_eps,
  });
}

const t5File = z.object({
  d_model: z.int(),
  d_kv: z.int(),
  num_heads: z.int(),
  d_ff: z.int(),
  num_layers: z.int(),
  vocab_size: z.int(),
  relative_attention_num_buckets: z.int().default(32),
  relative_attention_max_distance: z.int().default(128),
  layer_norm_epsilon: z.number().default(1e-6),
});

/** `text_encoder_2/config.json`. */
export function readT5File(json: unknown): T5Config {
  const file = read(t5File, json);
  return readT5Config({
    model: file.d_model,
    kv: file.d_kv,
    heads: file.num_heads,
    ff: file.d_ff,
    layers: file.num_layers,
    vocab: file.vocab_size,
    buckets: file.relative_attention_num_buckets,
    maxDistance: file.relative_attention_max_distance,
    eps: file.layer_norm_epsilon,
  });
}

/** The sizes of a T5 encoder without a configuration beside it, as its tensors have them; what they do not show is T5's own. */
export function t5ConfigOf(weights: TensorSource): T5Config {
  const sizesOf = (name: string): readonly number[] =>
    weights.find(name)?.shape ?? fail('TENSOR_MISSING', { file: weights.name, tensor: name });
  const block = (index: number) => `encoder.block.${index}.layer`;
  const [vocab = 0, model = 0] = sizesOf(t5Table);
  const [inner = 0] = sizesOf(`${block(0)}.0.SelfAttention.q.weight`);
  const [buckets = 0, heads = 1] = sizesOf(`${block(0)}.0.SelfAttention.relative_attention_bias.weight`);
  const [ff = 0] = sizesOf(`${block(0)}.1.DenseReluDense.wi_0.weight`);
  let layers = 0;
  while (weights.find(`${block(layers)}.0.SelfAttention.q.weight`) !== undefined) layers += 1;
  const { maxDistance, eps } = published.t5;
  return readT5Config({ model, kv: inner / heads, heads, ff, layers, vocab, buckets, maxDistance, eps });
}

function read<Schema extends z.ZodType>(schema: Schema, json: unknown): z.infer<Schema> {
  const result = schema.safeParse(json);
  return result.success ? result.data : fail('CONFIG_INVALID', firstIssue(result.error, json));
}

/** CLIP's pooled vector of the empty text [hidden]: begin, end, and ends as padding. */
export async function pooledOfEmptyText(
  config: ClipConfig,
  weights: TensorSource,
  runner: GraphRunner,
): Promise<Float32Array> {
  const ids = new Int32Array(config.positions).fill(config.eos);
  ids[0] = config.bos;
  const graph = clip(config, exactOptions);
  const feeds = { input_ids: integers([ids.length], ids), end_index: integers([1], Int32Array.of(1)) };
  return runner.run(graph, checkedReader(graph, weights, 'clip-text'), feeds, 'pooled');
}

const t5Pad = 0;
const t5End = 1;
/**
 * T5's hidden states of the empty text [tokens, model]: the end token, then padding, which is attended to. A graph runs with
 * one matrix at most, fed and then let go: T5-XXL is 19 GB in float32.
 *
 * @throws MODEL_MISMATCH, TENSOR_VALUES where the answer is not finite
 */
export async function statesOfEmptyText(
  config: T5Config,
  tokens: number,
  weights: TensorSource,
  runner: GraphRunner,
): Promise<Float32Array> {
  const declared = t5(config, tokens, exactOptions).weights.map(({ declaration }) => declaration);
  expectTensors(weights, 't5', declared);
  const [end, pad] = [await weights.readRows(t5Table, t5End, 1), await weights.readRows(t5Table, t5Pad, 1)];
  let hidden = new Float32Array(tokens * config.model);
  for (let token = 0; token < tokens; token += 1) hidden.set(token === 0 ? end : pad, token * config.model);
  const buckets = integers([tokens, tokens], relativeBuckets(tokens, config));
  for (let block = 0; block < config.layers; block += 1) {
    const values = new Map<string, Feed>([['buckets', buckets]]);
    values.set('hidden', { type: 'float32', shape: [tokens, config.model], data: hidden });
    for (const graph of t5Stages(config, tokens, block)) {
      const [output] = graph.outputs;
      if (output === undefined) return fail('UNEXPECTED', { message: `${graph.name} has no output` });
      const inputs = graph.inputs.flatMap(({ name }) => {
        const value = values.get(name);
        return value === undefined ? [] : [[name, value] as const];
      });
      const feeds = { ...Object.fromEntries(inputs), ...(await weightFeeds(graph, weights)) };
      hidden = new Float32Array(await runner.run(graph, noFile, feeds, output.name));
      values.set(output.name, { type: 'float32', shape: [tokens, hidden.length / tokens], data: hidden });
    }
  }
  if (!hidden.every(Number.isFinite)) fail('TENSOR_VALUES', { file: weights.name, tensor: t5Table, problem: 'nan' });
  return hidden;
}

function integers(shape: readonly number[], data: Int32Array): Feed {
  return { type: 'int32', shape, data };
}

/** Reads a graph's weights as float32 bytes, after checking that the source has them all. */
function checkedReader(
  graph: BuiltGraph,
  weights: TensorSource,
  kind: ModelKind,
): (name: string) => Promise<Uint8Array> {
  expectTensors(
    weights,
    kind,
    graph.weights.map(({ declaration }) => declaration),
  );
  return async (name) => {
    const values = await weights.read(name);
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  };
}
