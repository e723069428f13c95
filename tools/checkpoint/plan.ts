/** Which files a made checkpoint has, and what every tensor of them is filled with: known before a byte is written. */

import { declaredWeights } from '../../model/bundle/declared-weights.ts';
import type { WeightFile } from '../../model/bundle/parts.ts';
import { sourceFileNames } from '../../model/bundle/source-files.ts';
import { readClipFile, readT5File } from '../../model/bundle/text-constants.ts';
import { shardIndexName } from '../../model/checkpoint/folder.ts';
import { rowCount, rowLength } from '../../model/checkpoint/tensors.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { readNexusConfig } from '../../model/config/nexus.ts';
import { exactOptions } from '../../model/onnx/graph.ts';
import type { WeightDeclaration } from '../../model/onnx/types.ts';
import { clip } from '../../model/pieces/clip.ts';
import { tableNames } from '../../model/pieces/projectors.ts';
import { t5 } from '../../model/pieces/t5.ts';
import type { SizedCheckpoint } from './sizes.ts';
import { type EditRow, quiet, speakingEdits } from './speech.ts';

export interface PlannedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: 'bfloat16' | 'float32';
  readonly rows: number;
  /** Values of a row. A vector is one row. */
  readonly width: number;
  /** How many rows are filled, from the first on; the others are a hole, which reads as zeros. */
  readonly filledRows: number;
  /** Of normal values; null for the scales of norms, which are ones. */
  readonly deviation: number | null;
  readonly edit: EditRow | null;
}

export type PlannedFile =
  | { readonly kind: 'bytes'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'safetensors' | 'torch'; readonly path: string; readonly tensors: readonly PlannedTensor[] };

/**
 * Which layers of the transformer, FLUX and T5 are filled: all, or the first so many of each. Of the others each matrix has
 * one row, because a converter takes a matrix without any for a hole in a file, and the rest is a hole indeed. `layout` fills
 * nothing at all.
 */
export type Filling = 'all' | { readonly layers: number } | 'layout';

const nexusFolder = 'Nexus-GenV2/';
const fluxFolder = 'FLUX.1-dev/';

export function planCheckpoint(sized: SizedCheckpoint, filling: Filling, withT5: boolean): readonly PlannedFile[] {
  const config = readNexusConfig(sized.config);
  const edits = speakingEdits(config, sized.vocabulary);
  const declared = declaredWeights(config);
  const planned = (declarations: readonly WeightDeclaration[], type: PlannedTensor['type']) =>
    declarations.map((declaration) => planTensor(declaration, type, filling, edits.get(declaration.name) ?? null));
  const of = (file: WeightFile, type: PlannedTensor['type']) => planned(declared.get(file) ?? [], type);
  const encoder = (folder: string, json: object, graph: ReturnType<typeof clip>) => {
    const declarations = graph.weights.map(({ declaration }) => declaration);
    const shards = shardedFiles(fluxFolder + folder, planned(declarations, 'bfloat16'), sized.shardBytes);
    return [jsonFile(`${fluxFolder}${folder}config.json`, json), ...shards];
  };
  return [
    jsonFile(nexusFolder + sourceFileNames.config, sized.config),
    jsonFile(nexusFolder + sourceFileNames.sampling, generationConfig(sized)),
    ...[...sized.vocabulary.files].map(
      ([name, bytes]): PlannedFile => ({ kind: 'bytes', path: nexusFolder + name, bytes }),
    ),
    ...shardedFiles(nexusFolder, of('language', 'bfloat16'), sized.shardBytes),
    { kind: 'torch', path: nexusFolder + sourceFileNames.generation, tensors: of('generation', 'bfloat16') },
    { kind: 'torch', path: nexusFolder + sourceFileNames.editing, tensors: of('editing', 'bfloat16') },
    { kind: 'safetensors', path: fluxFolder + sourceFileNames.autoencoder, tensors: of('autoencoder', 'float32') },
    ...encoder(sourceFileNames.clip, sized.clip, clip(readClipFile(sized.clip), exactOptions)),
    ...(withT5 ? encoder(sourceFileNames.t5, sized.t5, t5(readT5File(sized.t5), 1, exactOptions)) : []),
  ];
}

function planTensor(
  { name, shape }: WeightDeclaration,
  type: PlannedTensor['type'],
  filling: Filling,
  edit: EditRow | null,
): PlannedTensor {
  const [rows, width] = shape.length > 1 ? [rowCount(shape), rowLength(shape)] : [1, rowCount(shape)];
  const filledRows = filledOf(name, rows, filling);
  return { name, shape, type, rows, width, filledRows, deviation: deviationOf(name, shape, width), edit };
}

/** Layers that are most of the bytes: of the transformer, FLUX and T5, but not of the vision encoder. */
const largeLayer = /^(?:model\.layers|pipe\.dit\.blocks|pipe\.dit\.single_blocks|encoder\.block)\.(\d+)\./;

function filledOf(name: string, rows: number, filling: Filling): number {
  if (filling === 'layout') return 0;
  const [, layer] = largeLayer.exec(name) ?? [];
  return filling === 'all' || layer === undefined || Number(layer) < filling.layers ? rows : 1;
}

/** Activations stay near 1 through all layers, and what the transformer adds to the residual stream is quiet. */
function deviationOf(name: string, shape: readonly number[], width: number): number | null {
  if (shape.length < 2) return name.endsWith('.bias') ? 0.02 : null;
  if (name === tableNames.tokens || name === tableNames.prefill) return quiet;
  const output = /^model\.layers\.\d+\.(self_attn\.o_proj|mlp\.down_proj)\.weight$/.test(name);
  return (output ? quiet : 1) / Math.sqrt(width);
}

const valueBytes = { bfloat16: 2, float32: 4 } as const;

export function tensorBytes({ type, rows, width }: PlannedTensor): number {
  return rows * width * valueBytes[type];
}

/** Bytes that are written, holes left out. */
export function filledBytes(file: PlannedFile): number {
  if (file.kind === 'bytes') return file.bytes.length;
  return file.tensors.reduce((sum, { type, filledRows, width }) => sum + filledRows * width * valueBytes[type], 0);
}

/** Safetensors in shards with their index, or one file without where one is enough. */
function shardedFiles(folder: string, tensors: readonly PlannedTensor[], limit: number): readonly PlannedFile[] {
  const shards: { bytes: number; tensors: PlannedTensor[] }[] = [];
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    let shard = shards.at(-1);
    if (shard === undefined || shard.bytes + bytes > limit) {
      shard = { bytes: 0, tensors: [] };
      shards.push(shard);
    }
    shard.tensors.push(tensor);
    shard.bytes += bytes;
  }
  if (shards.length === 1) return [{ kind: 'safetensors', path: `${folder}model.safetensors`, tensors }];
  const five = (count: number) => String(count).padStart(5, '0');
  const nameOf = (index: number) => `model-${five(index + 1)}-of-${five(shards.length)}.safetensors`;
  const places = shards.flatMap((shard, index) => shard.tensors.map(({ name }) => [name, nameOf(index)]));
  const total = shards.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...shards.map((shard, index): PlannedFile => {
      return { kind: 'safetensors', path: folder + nameOf(index), tensors: shard.tensors };
    }),
    jsonFile(folder + shardIndexName, { metadata: { total_size: total }, weight_map: Object.fromEntries(places) }),
  ];
}

/** As published: sampling at a temperature so low that it is greedy, with a penalty. */
function generationConfig({ vocabulary }: SizedCheckpoint) {
  const pad = vocabulary.idOf('<|endoftext|>');
  return {
    bos_token_id: pad,
    pad_token_id: pad,
    eos_token_id: [vocabulary.idOf('<|im_end|>'), pad],
    do_sample: true,
    repetition_penalty: 1.05,
    temperature: 1e-6,
  };
}

function jsonFile(path: string, content: object): PlannedFile {
  return { kind: 'bytes', path, bytes: encodeUtf8(`${JSON.stringify(content, null, 2)}\n`) };
}
