import { concatenate } from '../../model/bytes.ts';
import { crc32 } from '../../model/checkpoint/crc32.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { contiguousStrides, statePickle, type View } from '../../tools/checkpoint/state-pickle.ts';
import { bfloat16Bytes } from '../../tools/checkpoint/tensor-bytes.ts';

export interface TestTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A safetensors file from its header's text and data; the length field may lie. */
export function safetensorsFile(header: string | Uint8Array, data: Uint8Array, length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? encodeUtf8(header) : header;
  const field = new Uint8Array(8);
  new DataView(field.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  return concatenate([field, text, data]);
}

/** A bfloat16 safetensors file. */
export function safetensors(tensors: ReadonlyMap<string, TestTensor>): Uint8Array {
  // Entries, because assigning `__proto__` to an object makes no key.
  const header: [string, unknown][] = [['__metadata__', { format: 'pt' }]];
  const data: Uint8Array[] = [];
  let at = 0;
  for (const [name, { shape, values }] of tensors) {
    const bytes = bfloat16Bytes(values);
    header.push([name, { dtype: 'BF16', shape, data_offsets: [at, at + bytes.length] }]);
    data.push(bytes);
    at += bytes.length;
  }
  return safetensorsFile(JSON.stringify(Object.fromEntries(header)), concatenate(data));
}

export interface ZipPart {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A stored zip archive with plain headers, as `zipfile` writes it. */
export function zipFile(parts: readonly ZipPart[]): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of parts) {
    const nameBytes = encodeUtf8(name);
    const header = new DataView(new ArrayBuffer(30));
    header.setUint32(0, 0x04034b50, true);
    header.setUint32(14, crc32(bytes), true);
    header.setUint32(18, bytes.length, true);
    header.setUint32(22, bytes.length, true);
    header.setUint16(26, nameBytes.length, true);
    const record = new DataView(new ArrayBuffer(46));
    record.setUint32(0, 0x02014b50, true);
    record.setUint32(16, crc32(bytes), true);
    record.setUint32(20, bytes.length, true);
    record.setUint32(24, bytes.length, true);
    record.setUint16(28, nameBytes.length, true);
    record.setUint32(42, offset, true);
    local.push(new Uint8Array(header.buffer), nameBytes, bytes);
    central.push(new Uint8Array(record.buffer), nameBytes);
    offset += 30 + nameBytes.length + bytes.length;
  }
  const directory = concatenate(central);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, parts.length, true);
  end.setUint16(10, parts.length, true);
  end.setUint32(12, directory.length, true);
  end.setUint32(16, offset, true);
  return concatenate([...local, directory, new Uint8Array(end.buffer)]);
}

export function torchZip(pickled: Uint8Array, storages: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const data = [...storages].map(([key, bytes]) => ({ name: `archive/data/${key}`, bytes }));
  return zipFile([
    { name: 'archive/data.pkl', bytes: pickled },
    { name: 'archive/byteorder', bytes: encodeUtf8('little') },
    ...data,
  ]);
}

/** A bfloat16 state dict as torch saves it: one storage a tensor. */
export function torchState(tensors: ReadonlyMap<string, TestTensor>): Uint8Array {
  const views = new Map<string, View>();
  const storages = new Map<string, Uint8Array>();
  for (const [name, { shape, values }] of tensors) {
    const storage = String(storages.size);
    const strides = contiguousStrides(shape);
    views.set(name, {
      storage,
      storageType: 'BFloat16Storage',
      storageCount: values.length,
      offset: 0,
      shape,
      strides,
    });
    storages.set(storage, bfloat16Bytes(values));
  }
  return torchZip(statePickle(views), storages);
}
