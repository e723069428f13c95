/**
 * T5's hidden states of the empty negative prompt, as a file of its own: `negative_text.safetensors`, which is a shard of a bundle
 * and a safetensors file at once, so that whoever has made it can give it to others. Its header is the shard's first tensor.
 */
import type { TensorSource } from '../checkpoint/tensors.ts';
import { encodeUtf8 } from '../checkpoint/utf8.ts';
import type { NexusConfig } from '../config/nexus.ts';
import { alignedOffset, type Manifest } from './manifest.ts';
import { constantNames, constantsPart, negativePart } from './parts.ts';
import type { ShardLayout } from './shards.ts';

const file = `${negativePart}.safetensors`;
const headerName = 'header';
const lengthBytes = 8;

/** Of the empty text, in so many tokens of the width that FLUX reads. */
function shapeOf({ dit, nexus_gen: settings }: NexusConfig): readonly [number, number] {
  return [settings.negative_length, dit.context];
}

/** The safetensors header with its length in front, padded so that the values behind it begin where a shard's tensor may. */
export function negativeHeader(config: NexusConfig): Uint8Array<ArrayBuffer> {
  const shape = shapeOf(config);
  const json = JSON.stringify({
    __metadata__: { content: 'hidden states of T5 v1.1 XXL for the empty text' },
    [constantNames.negative]: { dtype: 'F32', shape, data_offsets: [0, 4 * shape[0] * shape[1]] },
  });
  const bytes = alignedOffset(lengthBytes + json.length);
  const header = new Uint8Array(bytes).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(bytes - lengthBytes), true);
  header.set(encodeUtf8(json), lengthBytes);
  return header;
}

export function negativeLayout(config: NexusConfig): ShardLayout {
  const shape = shapeOf(config);
  const offset = negativeHeader(config).length;
  const bytes = 4 * shape[0] * shape[1];
  return {
    part: negativePart,
    file,
    bytes: offset + bytes,
    tensors: [
      { name: headerName, type: 'uint8', shape: [offset], offset: 0, bytes: offset },
      { name: constantNames.negative, type: 'float32', shape: [...shape], offset, bytes },
    ],
    weights: [],
  };
}

/** Whether a safetensors file is such a file, for a model of these sizes. */
export function isNegativeText(tensors: TensorSource, config: NexusConfig): boolean {
  const [only, ...others] = tensors.list();
  const isNamed = only?.name === constantNames.negative && others.length === 0;
  return isNamed && only.type === 'float32' && only.shape.join() === shapeOf(config).join();
}

/** Whether a bundle can steer away from the empty negative prompt: CFG other than 1. Earlier ones have it among the constants. */
export function servesNegative({ shards }: Pick<Manifest, 'shards'>): boolean {
  return shards.some(
    ({ part, tensors }) =>
      (part === negativePart || part === constantsPart) && tensors.some(({ name }) => name === constantNames.negative),
  );
}
