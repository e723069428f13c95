import { crc32 as zlibCrc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { crc32 } from '../../model/checkpoint/crc32.ts';

const bytes = Uint8Array.from({ length: 100 }, (_, at) => (at * 167 + 13) % 256);

test('wherever bytes begin in their memory, and however many there are, it is the checksum of zlib', () => {
  for (let begin = 0; begin < 9; begin += 1) {
    for (let end = begin; end <= bytes.length; end += 1) {
      const part = bytes.subarray(begin, end);
      expect(crc32(part), `${begin} to ${end}`).toBe(zlibCrc32(part));
    }
  }
});

test('pieces one behind the other come to what the whole does', () => {
  for (let cut = 0; cut <= bytes.length; cut += 1)
    expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlibCrc32(bytes));
});
