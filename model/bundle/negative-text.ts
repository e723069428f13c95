/**
 * What the negative branch reads of a negative prompt, as a file of its own, which is a shard of a bundle and a safetensors file at
 * once, so that whoever has made it can give it to others. Its header is the shard's first tensor. Of the empty text that is
 * `negative_text.safetensors`, T5's hidden states alone: CLIP's vector of it is among the constants. The file of other words has
 * that too, and names them.
 */
import type { TensorInfo, TensorSource } from '../checkpoint/tensors.ts';
import { encodeUtf8 } from '../checkpoint/utf8.ts';
import type { NexusConfig } from '../config/nexus.ts';
import { alignedOffset, type Manifest, type NegativeTextOfBundle } from './manifest.ts';
import { constantNames, constantsPart, negativePart, wordsPart } from './parts.ts';
import type { ShardLayout } from './shards.ts';

const headerName = 'header';
const lengthBytes = 8;
/** Under which a file's metadata has the words. */
const textKey = 'text';

interface FloatTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** T5's states in so many tokens of the width that FLUX reads; of other words than the empty ones also CLIP's vector. */
function tensorsOf({ dit, nexus_gen: settings }: NexusConfig, text: string): readonly FloatTensor[] {
  const states = { name: constantNames.negative, shape: [settings.negative_length, dit.context] };
  return text === '' ? [states] : [states, { name: constantNames.pooled, shape: [dit.pooled] }];
}

function bytesOf({ shape }: FloatTensor): number {
  return shape.reduce((product, size) => product * size, 4);
}

/** The safetensors header with its length in front, padded so that the values behind it begin where a shard's tensor may. */
export function negativeHeader(config: NexusConfig, text: string): Uint8Array<ArrayBuffer> {
  const metadata =
    text === ''
      ? { content: 'hidden states of T5 v1.1 XXL for the empty text' }
      : { content: 'hidden states of T5 v1.1 XXL and the pooled vector of CLIP-L', [textKey]: text };
  let end = 0;
  const entries = tensorsOf(config, text).map((tensor) => {
    const begin = end;
    end += bytesOf(tensor);
    return [tensor.name, { dtype: 'F32', shape: tensor.shape, data_offsets: [begin, end] }];
  });
  const json = encodeUtf8(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const bytes = alignedOffset(lengthBytes + json.length);
  const header = new Uint8Array(bytes).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(bytes - lengthBytes), true);
  header.set(json, lengthBytes);
  return header;
}

/** Each tensor but the last fills whole steps of a shard's alignment, since safetensors leaves no bytes between two. */
export function negativeLayout(config: NexusConfig, { text, part }: NegativeTextOfBundle): ShardLayout {
  const header = negativeHeader(config, text).length;
  let end = header;
  const tensors = tensorsOf(config, text).map((tensor) => {
    const offset = end;
    end += bytesOf(tensor);
    const { name, shape } = tensor;
    return { name, type: 'float32', shape: [...shape], offset, bytes: bytesOf(tensor) } as const;
  });
  return {
    part,
    file: `${part}.safetensors`,
    bytes: end,
    tensors: [{ name: headerName, type: 'uint8', shape: [header], offset: 0, bytes: header }, ...tensors],
    weights: [],
  };
}

/** Bytes of the files of these words. */
export function wordsBytes(config: NexusConfig, texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + negativeLayout(config, { text, part: wordsPart(1) }).bytes, 0);
}

/** The negative prompt that a safetensors file is of, '' being the empty one; null where it is no such file for a model of these sizes. */
export function textOfFile(tensors: TensorSource, config: NexusConfig): string | null {
  const key = (all: readonly (TensorInfo | FloatTensor)[]) =>
    all.map(({ name, shape }) => `${name} ${shape.join()}`).join();
  const text = tensors.metadata?.get(textKey) ?? '';
  const isIt =
    tensors.list().every(({ type }) => type === 'float32') && key(tensors.list()) === key(tensorsOf(config, text));
  return isIt ? text : null;
}

/** Whether a bundle can steer away from the empty negative prompt: CFG other than 1. Earlier ones have it among the constants. */
export function servesNegative({ shards }: Pick<Manifest, 'shards'>): boolean {
  return shards.some(
    ({ part, tensors }) =>
      (part === negativePart || part === constantsPart) && tensors.some(({ name }) => name === constantNames.negative),
  );
}

/** Every negative prompt that a bundle holds, the empty one first. */
export function heldNegatives(manifest: Pick<Manifest, 'shards' | 'negative_texts'>): readonly string[] {
  const words = heldWords(manifest);
  return servesNegative(manifest) ? ['', ...words] : words;
}

/** Those beside the empty one. */
export function heldWords({ negative_texts: negatives = [] }: Pick<Manifest, 'negative_texts'>): readonly string[] {
  return negatives.map(({ text }) => text);
}

/** Those of these negative prompts that a bundle lacks, as it will list them: each in a part that it does not have yet. */
export function listedWords(
  texts: readonly string[],
  installed: Pick<Manifest, 'negative_texts'> | null,
): readonly NegativeTextOfBundle[] {
  const held = new Set(['', ...(installed === null ? [] : heldWords(installed))]);
  const used = new Set(installed?.negative_texts?.map(({ part }) => part));
  return [...new Set(texts)]
    .filter((text) => !held.has(text))
    .map((text) => {
      let number = 1;
      while (used.has(wordsPart(number))) number += 1;
      used.add(wordsPart(number));
      return { text, part: wordsPart(number) };
    });
}
