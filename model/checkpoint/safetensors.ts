import { fail } from '../failure.ts';
import { elementTypeBytes } from './element-types.ts';
import { type HeaderEntry, headerLimits, parseSafetensorsHeader } from './safetensors-header.ts';
import { fileKind } from './sniff.ts';
import type { ByteSource } from './source.ts';
import { rowLength, type StoredTensor, type TensorSource, tensorSource } from './tensors.ts';

const lengthBytes = 8;
const openingBrace = 0x7b;

/**
 * Opens a safetensors file: 8 bytes of header length, the header, then the tensors' bytes.
 *
 * @param adapt makes of a stored tensor what is read, for instance `float8Widened`
 * @throws CHECKPOINT_FORMAT, HEADER_LENGTH, and what `parseSafetensorsHeader` finds
 */
export async function openSafetensors(
  source: ByteSource,
  adapt = (tensor: StoredTensor): StoredTensor => tensor,
): Promise<TensorSource> {
  const file = source.name;
  const looksLike = await fileKind(source);
  if (looksLike !== 'safetensors' && looksLike !== 'unknown') fail('CHECKPOINT_FORMAT', { file, looksLike });
  if (source.size < lengthBytes) fail('CHECKPOINT_FORMAT', { file, looksLike });

  const field = await source.read(0, lengthBytes);
  const exact = new DataView(field.buffer, field.byteOffset, lengthBytes).getBigUint64(0, true);
  const available = source.size - lengthBytes;
  if (exact < 2n || exact > BigInt(available) || exact > BigInt(headerLimits.bytes)) {
    // Where no header begins, what stands in the place of its length is no length.
    const [first] = await source.read(lengthBytes, Math.min(available, 1));
    if (first !== openingBrace) fail('CHECKPOINT_FORMAT', { file, looksLike });
    fail('HEADER_LENGTH', { file, length: Number(exact), limit: Math.min(available, headerLimits.bytes) });
  }
  const length = Number(exact);
  const header = await source.read(lengthBytes, length);
  const { entries, metadata } = parseSafetensorsHeader(file, header, available - length);
  const data = lengthBytes + length;
  const stored = entries.map((entry) => adapt(denseTensor(source, data, entry)));
  return { ...tensorSource(file, stored), metadata };
}

function denseTensor(source: ByteSource, data: number, entry: HeaderEntry): StoredTensor {
  const { name, type, shape } = entry;
  const rowBytes = rowLength(shape) * elementTypeBytes[type];
  const end = data + entry.end;
  return {
    info: { name, type, shape },
    readRows: (firstRow, rows) => source.read(data + entry.begin + firstRow * rowBytes, rows * rowBytes, end),
  };
}
