/** What is computed of many tensors is gone on with in the middle of one: the same results, and little is read again. */
import { expect, test } from 'vitest';
import { type Computation, type ComputedStep, computeSteps } from '../../model/bundle/computed-steps.ts';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { ShardProgress } from '../../model/bundle/shard-content.ts';
import { noMark, type ShardMark } from '../../model/bundle/sink.ts';
import { openSafetensors } from '../../model/checkpoint/safetensors.ts';
import type { TensorSource } from '../../model/checkpoint/tensors.ts';
import { safetensors } from '../helpers/checkpoints.ts';
import { bytesSource } from '../helpers/sources.ts';

const layers = 6;
const [rows, rowLength] = [2800, 1024];
const layerBytes = 2 * (rows * rowLength + 8);
const tensors = new Map(
  Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) => [
    [`${layer}.norm`, { shape: [8], values: Float32Array.from({ length: 8 }, (_, at) => at + layer) }],
    [
      `${layer}.matrix`,
      { shape: [rows, rowLength], values: Float32Array.from({ length: rows * rowLength }, (_, at) => Math.sin(at)) },
    ],
  ]),
);
const file = safetensors(tensors);
const source = await openSafetensors(bytesSource('model.safetensors', file));
const fileBytes = 1000;

/** Each step takes the one before, and lies where the one before that did; the first is wanted too. */
function computation(of: TensorSource, computed: (step: number) => void = () => undefined): Computation {
  const steps = Array.from(
    { length: layers },
    (_, layer): ComputedStep => ({
      weights: [`${layer}.norm`, `${layer}.matrix`],
      takes: layer === 0 ? [] : [layer - 1],
      at: layer === 0 ? 0 : 16 + 16 * (layer % 2),
      bytes: 16,
      async compute(read, [before]) {
        computed(layer);
        const norm = await read(`${layer}.norm`);
        const matrix = await read(`${layer}.matrix`);
        const sum = matrix.reduce((total, value, at) => total + value * (norm[at % 8] ?? 0), 0);
        return new Uint8Array(Float64Array.of(sum, layer + (before?.[0] ?? 0)).buffer);
      },
    }),
  );
  return { source: of, steps, wanted: [0, layers - 1] };
}

const inMemory = await computeSteps(computation(source), null);
const expected = [await inMemory(0), await inMemory(layers - 1)];

class Ended extends Error {}

interface Disk {
  readonly bytes: Uint8Array;
  mark: ShardMark;
}
const empty = (): Disk => ({ bytes: new Uint8Array(fileBytes + 100 + layerBytes), mark: noMark });

/** Goes on until so many marks are noted; answers with bytes of tensors that were read, and the results where it came to its end. */
async function goOn(disk: Disk, marks: number) {
  let read = 0;
  let passed = 0;
  let noted = 0;
  const computed: number[] = [];
  const counted: TensorSource = {
    ...source,
    async readStored(name, first, count) {
      const stored = await source.readStored(name, first, count);
      read += stored.bytes.length;
      return stored;
    },
  };
  const progress: ShardProgress = {
    mark: disk.mark,
    read: async (offset, length) => disk.bytes.slice(offset, offset + length),
    restored: () => expect.fail('no byte of the file is written'),
    passed(bytes) {
      passed = bytes;
    },
    keep: async (offset, bytes) => disk.bytes.set(bytes, offset),
    note: async (mark) => {
      disk.mark = mark;
      if (++noted === marks) throw new Ended();
    },
  };
  try {
    const resultOf = await computeSteps(
      computation(counted, (step) => computed.push(step)),
      { progress, fileBytes },
    );
    return { read, passed, computed, results: [await resultOf(0), await resultOf(layers - 1)] };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { read, passed, computed, results: null };
  }
}

test('ended behind every mark, also in the middle of a matrix, it comes to the same results', async () => {
  const disk = empty();
  let total = 0;
  let tries = 0;
  for (let results: readonly Uint8Array[] | null = null; results === null; tries += 1) {
    const before = disk.mark;
    const end = await goOn(disk, 1);
    // No step that was noted is computed again.
    expect(Math.min(...end.computed, layers)).toBe(before.steps);
    expect(end.passed).toBe(before.steps * layerBytes + before.ahead);
    total += end.read;
    ({ results } = end);
    if (results !== null) expect(results).toEqual(expected);
  }
  expect(tries).toBeGreaterThan(2 * layers);
  expect(total).toBe(layers * layerBytes);
});

test('ended between two marks, a chunk is read again at most', async () => {
  const disk = empty();
  await goOn(disk, 5);
  const { mark } = disk;
  const [{ read: rest }, { read: again }] = [
    await goOn({ ...disk, bytes: disk.bytes.slice() }, 100),
    await goOn(disk, 1),
  ];
  disk.mark = mark;
  const { read, results } = await goOn(disk, 100);
  expect(results).toEqual(expected);
  expect(read).toBe(rest);
  expect(again).toBeLessThanOrEqual(chunkBytes);
});

test.each([
  ['a result', 0],
  ['the weights of the step that is under way', 48 + 4000],
])('%s that was changed on the disk meanwhile: everything is computed anew', async (_, at) => {
  const disk = empty();
  await goOn(disk, 5);
  expect(disk.mark).toMatchObject({ steps: 1, ahead: expect.any(Number) });
  expect(disk.mark.ahead).toBeGreaterThan(4000);
  disk.bytes[fileBytes + at] = (disk.bytes[fileBytes + at] ?? 0) ^ 1;
  const { computed, passed, results } = await goOn(disk, 1000);
  expect(results).toEqual(expected);
  expect(computed[0]).toBe(0);
  expect(passed).toBe(0);
});

test('a step whose result nothing takes any more may lie in pieces', async () => {
  const disk = empty();
  while (disk.mark.steps < 4) await goOn(disk, 1);
  // That of step 1, in whose place step 3 was written; and of step 2 it is the next that takes it.
  const place = fileBytes + 16;
  disk.bytes.fill(0xff, place, place + 16);
  const { computed, results } = await goOn(disk, 1000);
  expect(results).toEqual(expected);
  expect(computed).toEqual([4, 5]);
});
