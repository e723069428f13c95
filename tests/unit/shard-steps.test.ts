/** A shard that is gone on with in its middle: the same bytes, and little is read again. */
import { expect, test } from 'vitest';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { type ShardProgress, writeShard } from '../../model/bundle/shard-content.ts';
import { layoutShards, storedWeights } from '../../model/bundle/shards.ts';
import { noMark, type ShardMark } from '../../model/bundle/sink.ts';
import { openSafetensors } from '../../model/checkpoint/safetensors.ts';
import type { WeightDeclaration } from '../../model/onnx/types.ts';
import { safetensors } from '../helpers/checkpoints.ts';
import { quantiser } from '../helpers/quantiser.ts';
import { bytesSource } from '../helpers/sources.ts';

const rows = 2800;
const rowLength = 2048;
const values = Float32Array.from({ length: rows * rowLength }, (_, at) => Math.sin(at * 0.37) + 0.01);
const norm = { name: 'norm.weight', shape: [rowLength], role: 'vector' } as const satisfies WeightDeclaration;
const matrix = { name: 'w.weight', shape: [rows, rowLength], role: 'matrix' } as const satisfies WeightDeclaration;
const file = safetensors(
  new Map([
    ['norm.weight', { shape: [rowLength], values: values.subarray(0, rowLength) }],
    ['w.weight', { shape: [rows, rowLength], values }],
  ]),
);
const [layout = expect.fail('there is a shard')] = layoutShards('part', [
  ...storedWeights(norm, 'float32'),
  ...storedWeights(matrix, 'q4'),
  ...storedWeights({ ...matrix, name: 'w.weight' }, 'q8').map((weight) => ({
    ...weight,
    tensors: weight.tensors.map((tensor) => ({ ...tensor, name: `again.${tensor.name}` })),
  })),
]);

class Ended extends Error {}

/** What a disk has: bytes, and the mark that was noted last. */
interface Disk {
  readonly bytes: Uint8Array;
  mark: ShardMark;
}

/** Goes on until so many marks are noted; answers with the bytes of tensors that were read, and whether it came to its end. */
async function goOn(disk: Disk, marks: number): Promise<{ read: number; isWhole: boolean; hashed: number }> {
  const source = bytesSource('model.safetensors', file);
  let read = 0;
  let noted = 0;
  let at = 0;
  const counted = {
    ...source,
    read(offset: number, length: number) {
      read += length;
      return source.read(offset, length);
    },
  };
  const tensors = await openSafetensors(counted);
  read = 0;
  const progress: ShardProgress = {
    mark: disk.mark,
    read: async (offset, length) => disk.bytes.slice(offset, offset + length),
    restored(bytes) {
      at += bytes.length;
    },
    passed: () => undefined,
    keep: async (offset, bytes) => disk.bytes.set(bytes, offset),
    note: async (mark) => {
      disk.mark = mark;
      if (++noted === marks) throw new Ended();
    },
  };
  const write = async (bytes: Uint8Array) => {
    disk.bytes.set(bytes, at);
    at += bytes.length;
  };
  try {
    await writeShard(layout, tensors, { ...quantiser, atOnce: 8 }, write, progress);
    return { read, isWhole: true, hashed: at };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { read, isWhole: false, hashed: at };
  }
}

async function whole(): Promise<Uint8Array> {
  const bytes = new Uint8Array(layout.bytes);
  let at = 0;
  const tensors = await openSafetensors(bytesSource('model.safetensors', file));
  await writeShard(layout, tensors, quantiser, async (piece) => {
    bytes.set(piece, at);
    at += piece.length;
  });
  return bytes;
}

const expected = await whole();
const empty = (): Disk => ({ bytes: new Uint8Array(layout.bytes), mark: noMark });

test('ended behind every mark, also in the middle of a matrix, it comes to the same bytes', async () => {
  const disk = empty();
  let total = 0;
  let tries = 0;
  for (let isWhole = false; !isWhole; tries += 1) {
    const result = await goOn(disk, 1);
    total += result.read;
    ({ isWhole } = result);
    if (isWhole) expect(result.hashed).toBe(layout.bytes);
  }
  expect(tries).toBeGreaterThan(5);
  expect(Buffer.compare(disk.bytes, expected)).toBe(0);
  const once = (await goOn(empty(), Number.POSITIVE_INFINITY)).read;
  // Each end costs one chunk at most.
  expect(total - once).toBeLessThanOrEqual((tries - 1) * chunkBytes);
});

test('what was changed on the disk meanwhile is made anew', async () => {
  for (const place of ['in front', 'scales'] as const) {
    const disk = empty();
    await goOn(disk, 2);
    const scales = layout.tensors.find(({ name }) => name.includes('scale')) ?? expect.fail('there are scales');
    const at = place === 'in front' ? 5 : scales.offset + 3;
    disk.bytes[at] = (disk.bytes[at] ?? 0) ^ 1;
    expect((await goOn(disk, Number.POSITIVE_INFINITY)).isWhole).toBe(true);
    expect(Buffer.compare(disk.bytes, expected), place).toBe(0);
  }
});
