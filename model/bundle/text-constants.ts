/** What FLUX reads of a text: computed once, at conversion (docs/reference.md, "Text encoders"). */
import { z } from 'zod';
import { decodeWeights } from '../checkpoint/decode.ts';
import { expectTensors } from '../checkpoint/expect.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import { published } from '../config/published.table.ts';
import { type ClipConfig, readClipConfig, readT5Config, type T5Config } from '../config/text-encoders.ts';
import { fail } from '../failure.ts';
import { type BuiltGraph, exactOptions } from '../onnx/graph.ts';
import { clip } from '../pieces/clip.ts';
import { t5, t5Stages, t5Table } from '../pieces/t5.ts';
import { firstIssue } from '../schema-issue.ts';
import { relativeBuckets } from '../tables/relative-buckets.ts';
import type { Computation, ComputedStep, PlannedStep } from './computed-steps.ts';
import { type Feed, type GraphRunner, noFile, weightFeeds } from './graph-runner.ts';
import { bytesOf } from './row-block.ts';

/** A text encoder of a checkpoint. */
export interface TextEncoder<Config> {
  readonly config: Config;
  readonly weights: TensorSource;
}

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

/**
 * CLIP's pooled vector of a text [hidden], as its one step answers it.
 *
 * @param ids as `clipIds` makes them
 * @throws MODEL_MISMATCH
 */
export function pooledOf(
  ids: Int32Array,
  { config, weights: source }: TextEncoder<ClipConfig>,
  runner: GraphRunner,
): Computation {
  const { graph, ...planned } = plannedPooled(config);
  const declared = graph.weights.map(({ declaration }) => declaration);
  expectTensors(source, 'clip-text', declared);
  const end = Int32Array.of(ids.indexOf(config.eos));
  const feeds = { input_ids: integers([ids.length], ids), end_index: integers([1], end) };
  const pooled: ComputedStep = {
    ...planned,
    compute: async (read) =>
      bytesOf(await runner.run(graph, async (name) => bytesOf(await read(name)), feeds, 'pooled')),
  };
  return { source, steps: [pooled], wanted: [0] };
}

/** The step of `pooledOf`. */
export function plannedPooled(config: ClipConfig): PlannedStep & { readonly graph: BuiltGraph } {
  const graph = clip(config, exactOptions);
  const weights = graph.weights.map(({ declaration }) => declaration.name);
  return { graph, weights, takes: [], at: 0, bytes: floatBytes * config.hidden };
}

/**
 * T5's hidden states of a text [tokens, model], as the last step answers them. Padding is attended to. A step has one matrix at
 * most: T5-XXL is 19 GB in float32.
 *
 * @param ids [tokens], as `t5Ids` makes them
 * @throws MODEL_MISMATCH, TENSOR_BOUNDS for an id that is no row of its table; its steps TENSOR_VALUES where an answer is not finite
 */
export async function statesOf(
  ids: Int32Array,
  { config, weights: source }: TextEncoder<T5Config>,
  runner: GraphRunner,
): Promise<Computation> {
  const tokens = ids.length;
  const declared = t5(config, tokens, exactOptions).weights.map(({ declaration }) => declaration);
  expectTensors(source, 't5', declared);
  const rows = new Map<number, Float32Array>();
  const embedded = new Float32Array(tokens * config.model);
  for (const [token, id] of ids.entries()) {
    const row = rows.get(id) ?? (await source.readRows(t5Table, id, 1));
    rows.set(id, row);
    embedded.set(row, token * config.model);
  }
  const buckets = integers([tokens, tokens], relativeBuckets(tokens, config));
  const first = new Map<string, Feed>([
    ['buckets', buckets],
    ['hidden', { type: 'float32', shape: [tokens, config.model], data: embedded }],
  ]);
  const planned = plannedStates(config, tokens);
  const steps = planned.map((stage) => t5Step(stage, { known: first, file: source.name, runner }));
  return { source, steps, wanted: [steps.length - 1] };
}

interface T5Stage extends PlannedStep {
  readonly graph: BuiltGraph;
  readonly output: string;
  /** Inputs that the steps answered which it takes, in that order. */
  readonly inputs: BuiltGraph['inputs'];
}

/** The steps of `statesOf`. */
export function plannedStates(config: T5Config, tokens: number): readonly T5Stage[] {
  const steps: T5Stage[] = [];
  /** A block's answers lie where those of the block before lay. */
  const places = new Map<string, number>();
  let used = 0;
  for (let block = 0; block < config.layers; block += 1) {
    /** Steps by the names of what they answered. */
    const answered = new Map(block === 0 ? [] : [['hidden', steps.length - 1]]);
    for (const graph of t5Stages(config, tokens, block)) {
      const [output] = graph.outputs;
      if (output === undefined) return fail('UNEXPECTED', { message: `${graph.name} has no output` });
      const inputs = graph.inputs.filter(({ name }) => answered.has(name));
      const takes = inputs.flatMap(({ name }) => answered.get(name) ?? []);
      const weights = graph.weights.map(({ declaration }) => declaration.name);
      const at = places.get(output.name) ?? used;
      const bytes = floatBytes * output.shape.reduce((product: number, size) => product * Number(size), 1);
      used = Math.max(used, at + bytes);
      places.set(output.name, at);
      answered.set(output.name, steps.length);
      steps.push({ graph, output: output.name, inputs, weights, takes, at, bytes });
    }
  }
  return steps;
}

interface T5Run {
  /** Inputs that no step answers. */
  readonly known: ReadonlyMap<string, Feed>;
  /** Named by failures. */
  readonly file: string;
  readonly runner: GraphRunner;
}

function t5Step({ graph, output, inputs, ...planned }: T5Stage, { known, file, runner }: T5Run): ComputedStep {
  const given = graph.inputs.flatMap((input) => {
    const feed = inputs.includes(input) ? undefined : known.get(input.name);
    return feed === undefined ? [] : [[input.name, feed] as const];
  });
  return {
    ...planned,
    async compute(read, results) {
      const earlier = results.map((bytes, at) => {
        const data = decodeWeights('float32', bytes);
        const { name = '', shape = [] } = inputs[at] ?? {};
        return [name, { type: 'float32', shape: shape.map(Number), data } as const] as const;
      });
      const feeds = { ...Object.fromEntries([...given, ...earlier]), ...(await weightFeeds(graph, read)) };
      const values = new Float32Array(await runner.run(graph, noFile, feeds, output));
      if (!values.every(Number.isFinite)) fail('TENSOR_VALUES', { file, tensor: t5Table, problem: 'nan' });
      return bytesOf(values);
    },
  };
}

const floatBytes = 4;

function integers(shape: readonly number[], data: Int32Array): Feed {
  return { type: 'int32', shape, data };
}
