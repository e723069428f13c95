import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import type { PlannedTensor } from './plan.ts';
import { tensorBytes } from './plan.ts';
import type { SparseFile } from './sparse-file.ts';
import type { Content } from './tensor-bytes.ts';

const typeNames = { bfloat16: 'BF16', float32: 'F32' } as const;

/** A safetensors file (github huggingface/safetensors, "Format"), its data on a border of eight bytes as the library writes it. */
export async function writeSafetensors(
  file: SparseFile,
  tensors: readonly PlannedTensor[],
  contentOf: (tensor: PlannedTensor) => Iterable<Content>,
): Promise<void> {
  const entries: [string, unknown][] = [['__metadata__', { format: 'pt' }]];
  let end = 0;
  for (const tensor of tensors) {
    const begin = end;
    end += tensorBytes(tensor);
    entries.push([tensor.name, { dtype: typeNames[tensor.type], shape: tensor.shape, data_offsets: [begin, end] }]);
  }
  const text = JSON.stringify(Object.fromEntries(entries));
  const header = encodeUtf8(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(header.length), true);
  await file.append(new Uint8Array(length.buffer));
  await file.append(header);
  for (const tensor of tensors) {
    for (const content of contentOf(tensor)) {
      if (content.kind === 'bytes') await file.append(content.bytes);
      else file.skip(content.bytes);
    }
  }
}
