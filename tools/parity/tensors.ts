import { openSafetensors } from '../../model/checkpoint/safetensors.ts';
import { parseSafetensorsHeader } from '../../model/checkpoint/safetensors-header.ts';
import type { ByteSource } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';
import type { ElementType } from '../../model/onnx/types.ts';
import { type HostTensor, hostTensor, type ReadStored, type TensorData } from '../../workers/gpu/runtime.ts';

/** All tensors of a safetensors file as the graphs take them, whatever their type; for the small files of golden cases. */
export async function readTensors(source: ByteSource): Promise<ReadonlyMap<string, HostTensor>> {
  const bytes = await source.read(0, source.size);
  if (bytes.byteLength < 8) fail('FILE_TRUNCATED', { file: source.name, needed: 8, size: bytes.byteLength });
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const start = 8 + length;
  if (start > bytes.byteLength) fail('FILE_TRUNCATED', { file: source.name, needed: start, size: bytes.byteLength });
  const { entries } = parseSafetensorsHeader(source.name, bytes.subarray(8, start), bytes.byteLength - start);
  return new Map(
    entries.map((entry) => {
      const copy = bytes.slice(start + entry.begin, start + entry.end).buffer;
      const { type, data } = typedData(source.name, entry.name, entry.type, copy);
      return [entry.name, hostTensor(type, entry.shape, data)];
    }),
  );
}

/** The float32 bytes of the weights of a case, by official name. */
export async function weightReader(source: ByteSource): Promise<ReadStored> {
  const tensors = await openSafetensors(source);
  return async (name) => {
    const values = await tensors.read(name);
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  };
}

function typedData(
  file: string,
  tensor: string,
  type: string,
  bytes: ArrayBuffer,
): { readonly type: ElementType; readonly data: TensorData } {
  switch (type) {
    case 'float32':
      return { type, data: new Float32Array(bytes) };
    case 'float16':
      return { type, data: new Uint16Array(bytes) };
    case 'int32':
      return { type, data: new Int32Array(bytes) };
    case 'int64':
      return { type, data: new BigInt64Array(bytes) };
    case 'uint8':
    case 'bool':
      return { type, data: new Uint8Array(bytes) };
    default:
      return fail('TENSOR_TYPE', { file, tensor, type });
  }
}
