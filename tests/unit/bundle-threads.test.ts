/** Conversion by several threads: the same bytes, the same failures, and no more in memory than was promised. */
import { expect, test } from 'vitest';
import { openQuantiser } from '../../cli/quantiser.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { type QuantiserThread, QuantiserThreads, type StoredAnswer } from '../../model/bundle/quantiser-threads.ts';
import type { QuantiserPool, RowBlock } from '../../model/bundle/row-block.ts';
import { writeShard } from '../../model/bundle/shard-content.ts';
import { layoutShards, storedWeights } from '../../model/bundle/shards.ts';
import { tensorSource } from '../../model/checkpoint/tensors.ts';
import { fail } from '../../model/failure.ts';
import { converted, files, tools } from '../helpers/conversion.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { quantiser } from '../helpers/quantiser.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';

test.each([1, 3])(
  '%d threads write the bytes that this thread writes',
  async (threads) => {
    const pool = await openQuantiser(threads);
    try {
      for (const precision of ['q4', 'q8', 'f16'] as const) {
        const sink = new MemorySink();
        await convert(await planConversion([bytesFolder(files)], precision), sink, { ...tools, quantiser: pool });
        expect(sink.hashes()).toEqual((await converted(precision)).hashes());
      }
    } finally {
      await pool.close();
    }
  },
  60_000,
);

test('a failure in a thread is the failure here, and the thread goes on', async () => {
  const pool = await openQuantiser(1);
  try {
    const block = (value: number): RowBlock => ({
      ...{ file: 'model.bin', tensor: 'w', type: 'float32', precision: 'q4' },
      ...{ bytes: new Uint8Array(new Float32Array(32).fill(value).buffer), rows: 1, rowLength: 32 },
    });
    const failures = [
      failureFrom(() => pool.store(block(Number.NaN))),
      failureFrom(() => pool.store(block(Number.NaN))),
    ];
    const expected = { code: 'TENSOR_VALUES', data: { file: 'model.bin', tensor: 'w', problem: 'nan' } };
    expect(await Promise.all(failures)).toEqual([expected, expected]);
    expect((await pool.store(block(0))).onlyZeros).toBe(true);
  } finally {
    await pool.close();
  }
});

test('bytes that are a part of some memory go to a thread, and the memory stays', async () => {
  const pool = await openQuantiser(1);
  try {
    const memory = new Uint8Array(new Float32Array(64).fill(1).buffer);
    const block = (part: number): RowBlock => ({
      ...{ file: 'model.bin', tensor: 'w', type: 'float32', precision: 'q4', rows: 1, rowLength: 32 },
      bytes: memory.subarray(part * 128, (part + 1) * 128),
    });
    const [first, second] = await Promise.all([pool.store(block(0)), pool.store(block(1))]);
    expect(first).toEqual(second);
    expect(new Float32Array(memory.buffer)).toEqual(new Float32Array(64).fill(1));
  } finally {
    await pool.close();
  }
});

test('a thread that ends is told, for what it was sent and for what comes later', async () => {
  const pool = await openQuantiser(2);
  const block = (): RowBlock => ({
    ...{ file: 'model.bin', tensor: 'w', type: 'bfloat16', precision: 'q4' },
    ...{ bytes: new Uint8Array(2 ** 22), rows: 2 ** 10, rowLength: 2 ** 11 },
  });
  const sent = [1, 2, 3, 4].map(() => failureFrom(() => pool.store(block())));
  await pool.close();
  for (const failure of await Promise.all(sent)) expect(failure.code).toBe('QUANTISER_ENDED');
  expect((await failureFrom(() => pool.store(block()))).code).toBe('QUANTISER_ENDED');
});

/** Threads that answer when they are told to, the last block first. */
function heldThread() {
  const sent: RowBlock[] = [];
  let answered: (answer: StoredAnswer) => void = () => undefined;
  const thread: QuantiserThread = {
    send: (block) => void sent.push(block),
    onAnswer: (listener) => {
      answered = listener;
    },
    onDeath: () => undefined,
  };
  return { thread, sent, answer: (answer: StoredAnswer) => answered(answer) };
}

test('a block goes to the thread that has the fewest', () => {
  const [one, two] = [heldThread(), heldThread()];
  const pool = new QuantiserThreads([one.thread, two.thread]);
  const block: RowBlock = {
    ...{ file: 'f', tensor: 'w', type: 'float32', precision: 'float32' },
    ...{ bytes: new Uint8Array(4), rows: 1, rowLength: 1 },
  };
  for (let count = 0; count < 4; count += 1) void pool.store(block);
  expect([one.sent.length, two.sent.length]).toEqual([2, 2]);
  const none = new Uint8Array(0);
  two.answer({ kind: 'stored', rows: { first: none, scales: none, zeros: none, onlyZeros: true } });
  void pool.store(block);
  expect([one.sent.length, two.sent.length]).toEqual([2, 3]);
  expect(pool.atOnce).toBe(4);
});

const width = 2 ** 19;
const names = ['a', 'b', 'c'];

/** Three matrices of three row blocks each; those named in `broken` cannot be read. */
function wideSource(broken: readonly string[] = []) {
  let reading = 0;
  return tensorSource(
    'wide.safetensors',
    names.map((name, at) => ({
      info: { name, type: 'bfloat16' as const, shape: [12, width] },
      async readRows(firstRow: number, rows: number) {
        reading += 1;
        expect(reading).toBe(1);
        await Promise.resolve();
        reading -= 1;
        if (broken.includes(name))
          fail('FILE_UNREADABLE', { file: 'wide.safetensors', problem: 'disk', reason: 'EIO' });
        return new Uint8Array(new Uint16Array(rows * width).fill(0x3f80 + at + firstRow).buffer);
      },
    })),
  );
}

const [layout] = layoutShards(
  'wide',
  names.flatMap((name) => storedWeights({ name, shape: [12, width], role: 'matrix' }, 'q8')),
);

async function written(pool: QuantiserPool, broken: readonly string[] = []): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  if (layout === undefined) throw new Error('no shard');
  await writeShard(layout, wideSource(broken), pool, async (bytes) => void chunks.push(bytes));
  return Buffer.concat(chunks);
}

/** A pool whose blocks end in the wrong order. */
function reversing(atOnce: number, refused: readonly string[] = []) {
  let [open, most] = [0, 0];
  const pool: QuantiserPool = {
    atOnce,
    async store(block) {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, open % 2 === 1 ? 5 : 0));
      open -= 1;
      if (refused.includes(block.tensor)) fail('FLOAT16_OVERFLOW', { tensor: block.tensor, value: 1 });
      return quantiser.store(block);
    },
  };
  return { pool, most: () => most };
}

test('rows stand in their order, in whatever order they are ready, and no more are begun than asked for', async () => {
  const expected = await written(quantiser);
  for (const atOnce of [2, 5, 50]) {
    const { pool, most } = reversing(atOnce);
    expect((await written(pool)).equals(expected)).toBe(true);
    expect(most()).toBeLessThanOrEqual(atOnce);
    expect(most()).toBeGreaterThan(1);
  }
}, 60_000);

test('of several things that go wrong at once the first in the file is told', async () => {
  const first = await failureFrom(() => written(reversing(6, ['a']).pool, ['b', 'c']));
  expect(first).toEqual({ code: 'FLOAT16_OVERFLOW', data: { tensor: 'a', value: 1 } });
  const second = await failureFrom(() => written(reversing(6, ['b', 'c']).pool, ['b']));
  expect(second).toMatchObject({ code: 'FILE_UNREADABLE' });
}, 60_000);
