import { declaredWeights } from '../../model/bundle/declared-weights.ts';
import type { WeightFile } from '../../model/bundle/parts.ts';
import { readClipFile, readT5File } from '../../model/bundle/text-constants.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { type NexusConfig, readNexusConfig } from '../../model/config/nexus.ts';
import { exactOptions } from '../../model/onnx/graph.ts';
import type { WeightDeclaration } from '../../model/onnx/types.ts';
import { clip } from '../../model/pieces/clip.ts';
import { t5 } from '../../model/pieces/t5.ts';
import { tinyClip, tinySizes, tinyT5 } from '../../tools/checkpoint/tiny-sizes.ts';
import { safetensors, type TestTensor, torchState } from './checkpoints.ts';
import { tinyClipMerges, tinyClipVocab, tinyT5Tokenizer } from './tiny-tokenizers.ts';

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

/** The weights of each file of a checkpoint of these sizes. */
export function tinyTensors(config: NexusConfig): ReadonlyMap<WeightFile, Map<string, TestTensor>> {
  return new Map([...declaredWeights(config)].map(([file, declarations]) => [file, tensorsOf(declarations)]));
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
  /** Other sizes of the text encoders. */
  readonly clip?: Partial<typeof tinyClip>;
  readonly t5?: Partial<typeof tinyT5>;
}

/** The two published folders of a random tiny Nexus-Gen, as files by path. */
export function tinyCheckpoint(sizes: object = tinySizes, changes: TinyChanges = {}): Map<string, Uint8Array> {
  const config = readNexusConfig(sizes);
  const tensors = tinyTensors(config);
  changes.change?.(tensors);
  const of = (file: WeightFile) => tensors.get(file) ?? new Map<string, TestTensor>();
  const [clipFile, t5File] = [
    { ...tinyClip, ...changes.clip },
    { ...tinyT5, ...changes.t5 },
  ];
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
    ['tokenizer/vocab.json', json(tinyClipVocab)],
    ['tokenizer/merges.txt', encodeUtf8(tinyClipMerges)],
    ['tokenizer_2/tokenizer.json', json(tinyT5Tokenizer)],
    ['text_encoder_2/config.json', json(t5File)],
    ['text_encoder_2/model.safetensors', safetensors(declared(t5(encoders.t5, 8, exactOptions)))],
  ];
  return new Map([
    ...nexus.map(([path, bytes]): [string, Uint8Array] => [`Nexus-GenV2/${path}`, bytes]),
    ...flux.map(([path, bytes]): [string, Uint8Array] => [`FLUX.1-dev/${path}`, bytes]),
  ]);
}
