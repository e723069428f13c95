/** Byte sources over what is in memory, or comes there piece by piece. */
import type { ByteSource } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';

/** A source that reads [at, end) by this function, which is never asked for more than there is. */
export function sourceOf(
  name: string,
  size: number,
  read: (at: number, end: number) => Promise<Uint8Array>,
): ByteSource {
  return {
    name,
    size,
    async read(offset, length) {
      const end = offset + length;
      if (!(offset >= 0 && length >= 0 && end <= size)) fail('FILE_TRUNCATED', { file: name, needed: end, size });
      return read(offset, end);
    },
  };
}

export function heldSource(name: string, bytes: Uint8Array): ByteSource {
  return sourceOf(name, bytes.length, async (at, end) => bytes.subarray(at, end));
}
