import { fluxWeights, piecesFrom, type WeightFile } from '../../model/bundle/parts.ts';
import { readClipFile, readT5File } from '../../model/bundle/text-constants.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { type NexusConfig, readNexusConfig } from '../../model/config/nexus.ts';
import { exactOptions } from '../../model/onnx/graph.ts';
import type { WeightDeclaration } from '../../model/onnx/types.ts';
import { clip } from '../../model/pieces/clip.ts';
import { t5 } from '../../model/pieces/t5.ts';
import { safetensors, type TestTensor, torchState } from './checkpoints.ts';

/** Sizes of a model that no one would train: every piece is there, some widths are no multiple of 32. */
export const tinySizes = {
  model_type: 'qwen2_5_vl',
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 96,
  vocab_size: 200,
  rms_norm_eps: 1e-6,
  rope_theta: 10000,
  rope_scaling: { mrope_section: [2, 3, 3] },
  bos_token_id: 180,
  eos_token_id: 182,
  vision_start_token_id: 183,
  vision_end_token_id: 184,
  image_token_id: 186,
  vision_config: {
    depth: 2,
    hidden_size: 32,
    num_heads: 2,
    intermediate_size: 40,
    out_hidden_size: 64,
    fullatt_block_indexes: [1],
  },
  adapter: { input: 64, output: 32, eps: 1e-5 },
  merger: {
    hidden: 64,
    heads: 4,
    kvHeads: 2,
    headDim: 16,
    mropeSection: [2, 3, 3],
    intermediate: 96,
    out: 32,
    expand: 2,
    theta: 10000,
    eps: 1e-6,
    baseGrid: 72,
    spatialMerge: 2,
  },
  dit: {
    hidden: 32,
    heads: 2,
    headDim: 16,
    axes: [4, 6, 6],
    theta: 10000,
    inFeatures: 64,
    latentChannels: 16,
    patch: 2,
    context: 32,
    pooled: 32,
    joint: 1,
    single: 2,
    mlpRatio: 4,
    sinusoid: 256,
    eps: 1e-6,
  },
  vae: {
    base: 4,
    mult: [1, 2, 2, 2],
    groups: 2,
    latent: 16,
    eps: 1e-6,
    resBlocksPerLevel: { encoder: 1, decoder: 2 },
    scale: 0.3611,
    shift: 0.1159,
  },
  nexus_gen: { id: 'tiny', name: 'Tiny', negative_length: 8, context_length: 512 },
} as const;

const clipFile = {
  hidden_size: 32,
  num_attention_heads: 2,
  num_hidden_layers: 1,
  intermediate_size: 48,
  vocab_size: 64,
  max_position_embeddings: 12,
  layer_norm_eps: 1e-5,
  bos_token_id: 0,
  eos_token_id: 2,
};

const t5File = {
  d_model: 32,
  d_kv: 8,
  num_heads: 2,
  d_ff: 48,
  num_layers: 2,
  vocab_size: 24,
  relative_attention_num_buckets: 32,
  relative_attention_max_distance: 128,
  layer_norm_epsilon: 1e-6,
};

const generationConfig = { do_sample: true, temperature: 1e-6, top_k: 50, top_p: 0.9, repetition_penalty: 1.05 };

/** Numbers from a name, always the same: near normal, and of a size that keeps activations near one. */
function weightFor({ name, shape }: WeightDeclaration): TestTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const isNorm = shape.length === 1 && name.endsWith('weight');
  const scale = isNorm ? 0.1 : 1 / Math.sqrt(count / (shape[0] ?? 1) || 1);
  let state = [...name].reduce((sum, letter) => (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) | 0, 7);
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
  const values = Float32Array.from(
    { length: count },
    () => (isNorm ? 1 : 0) + scale * (uniform() + uniform() + uniform()),
  );
  return { shape, values };
}

function tensorsOf(declarations: readonly WeightDeclaration[]): Map<string, TestTensor> {
  return new Map(declarations.map((declaration) => [declaration.name, weightFor(declaration)]));
}

const allFiles: readonly WeightFile[] = ['language', 'generation', 'editing', 'autoencoder'];

/** The weights of each file of a checkpoint of these sizes. */
export function tinyTensors(config: NexusConfig): ReadonlyMap<WeightFile, Map<string, TestTensor>> {
  const pieces = piecesFrom(new Set(allFiles));
  return new Map(
    allFiles.map((file) => {
      const own = pieces
        .filter(({ from }) => from === file)
        .flatMap(({ build }) => build(config, exactOptions).weights);
      const flux = file === 'generation' || file === 'editing' ? fluxWeights(config, exactOptions) : [];
      return [file, tensorsOf([...own, ...flux].map(({ declaration }) => declaration))];
    }),
  );
}

/** Language weights in two shards with their index, as the official folder has them. */
function shardedFiles(tensors: Map<string, TestTensor>): [string, Uint8Array][] {
  const names = [...tensors.keys()];
  const halves = [names.slice(0, names.length / 2), names.slice(names.length / 2)];
  const weightMap: Record<string, string> = {};
  const shards = halves.map((half, index): [string, Uint8Array] => {
    const file = `model-0000${index + 1}-of-00002.safetensors`;
    for (const name of half) weightMap[name] = file;
    return [file, safetensors(new Map([...tensors].filter(([name]) => half.includes(name))))];
  });
  const index = encodeUtf8(JSON.stringify({ metadata: {}, weight_map: weightMap }));
  return [...shards, ['model.safetensors.index.json', index]];
}

const json = (value: unknown) => encodeUtf8(JSON.stringify(value));

export interface TinyChanges {
  /** The content of tokenizer.json. */
  readonly tokenizer?: unknown;
  /** Sets weights before they are written. */
  readonly change?: (tensors: ReturnType<typeof tinyTensors>) => void;
}

/** The two published folders of a random tiny Nexus-Gen, as files by path. */
export function tinyCheckpoint(sizes: object = tinySizes, changes: TinyChanges = {}): Map<string, Uint8Array> {
  const config = readNexusConfig(sizes);
  const tensors = tinyTensors(config);
  changes.change?.(tensors);
  const of = (file: WeightFile) => tensors.get(file) ?? new Map<string, TestTensor>();
  const encoders = { clip: readClipFile(clipFile), t5: readT5File(t5File) };
  const declared = (graph: ReturnType<typeof clip>) => tensorsOf(graph.weights.map(({ declaration }) => declaration));
  const nexus: [string, Uint8Array][] = [
    ['config.json', json(sizes)],
    ['generation_config.json', json(generationConfig)],
    ['tokenizer.json', json(changes.tokenizer ?? { version: '1.0' })],
    ['tokenizer_config.json', json({})],
    ...shardedFiles(of('language')),
    ['generation_decoder.bin', torchState(of('generation'))],
    ['edit_decoder.bin', torchState(of('editing'))],
  ];
  const flux: [string, Uint8Array][] = [
    ['ae.safetensors', safetensors(of('autoencoder'))],
    ['text_encoder/config.json', json(clipFile)],
    ['text_encoder/model.safetensors', safetensors(declared(clip(encoders.clip, exactOptions)))],
    ['text_encoder_2/config.json', json(t5File)],
    ['text_encoder_2/model.safetensors', safetensors(declared(t5(encoders.t5, 8, exactOptions)))],
  ];
  return new Map([
    ...nexus.map(([path, bytes]): [string, Uint8Array] => [`Nexus-GenV2/${path}`, bytes]),
    ...flux.map(([path, bytes]): [string, Uint8Array] => [`FLUX.1-dev/${path}`, bytes]),
  ]);
}
