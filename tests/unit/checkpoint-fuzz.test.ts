import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTensorFile } from '../../model/checkpoint/folder.ts';
import { readTorchState } from '../../model/checkpoint/torch-state.ts';
import { failureOf } from '../../model/failure.ts';
import { safetensorsFile } from '../helpers/checkpoints.ts';
import { goldenCase } from '../helpers/golden.ts';
import { bytesSource } from '../helpers/sources.ts';

/** Damage as it happens and as it is made: changed bytes, a cut, a repeated or a missing stretch. */
type Damage = (bytes: Uint8Array) => Uint8Array;

const place = fc.nat(2 ** 30);
const interesting = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 0x2e, 0x7f, 0x80, 0xff));
const damages = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(place, fc.array(interesting, { minLength: 1, maxLength: 8 })).map(([at, written]): Damage => {
        return (bytes) => {
          const copy = bytes.slice();
          for (const [index, byte] of written.entries()) copy[(at + index) % copy.length] = byte;
          return copy;
        };
      }),
    },
    {
      weight: 1,
      arbitrary: place.map(
        (at): Damage =>
          (bytes) =>
            bytes.slice(0, at % bytes.length),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(place, place, fc.nat(64)).map(
        ([from, to, length]): Damage =>
          (bytes) => {
            const copy = bytes.slice();
            const source = from % bytes.length;
            copy.set(
              bytes.subarray(source, source + length).slice(0, bytes.length - (to % bytes.length)),
              to % bytes.length,
            );
            return copy;
          },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(place, fc.nat(16)).map(
        ([at, length]): Damage =>
          (bytes) => {
            const start = at % bytes.length;
            return Uint8Array.of(...bytes.subarray(0, start), ...bytes.subarray(start + length));
          },
      ),
    },
  ),
  { minLength: 1, maxLength: 4 },
);

function damaged(bytes: Uint8Array, steps: readonly Damage[]): Uint8Array {
  return steps.reduce((current, step) => (current.length === 0 ? current : step(current)), bytes);
}

/** Opens and reads everything; any failure must be ours, and without asking for more than the file holds. */
async function survives(bytes: Uint8Array): Promise<void> {
  const source = bytesSource('damaged', bytes);
  try {
    const tensors = await openTensorFile(source);
    for (const { name, shape } of tensors.list()) {
      const values = await tensors.read(name);
      expect(values.length).toBe(shape.reduce((product, size) => product * size, 1));
      expect(values.byteLength).toBeLessThanOrEqual(2 * bytes.length);
    }
  } catch (thrown) {
    const { code } = failureOf(thrown);
    if (code === 'UNEXPECTED') throw thrown;
  }
  expect(source.largestRead()).toBeLessThanOrEqual(bytes.length);
}

const decoders = goldenCase('checkpoint-decoders-all');
const runs = Number(process.env.FUZZ_RUNS ?? 400);
const timeout = 30_000 + runs * 20;

test.each(['variants/float16.bin', 'variants/zip64.bin', 'variants/strided.bin', 'variants/parameters.bin'])(
  'damage to %s is read or refused, never worse',
  async (file) => {
    const bytes = new Uint8Array(readFileSync(`${decoders}/${file}`));
    await fc.assert(
      fc.asyncProperty(damages, (steps) => survives(damaged(bytes, steps))),
      { numRuns: runs },
    );
  },
  timeout,
);

test(
  'damage to the directory and the end of an archive is read or refused',
  async () => {
    const bytes = new Uint8Array(readFileSync(`${decoders}/variants/float32.bin`));
    const end = 1600;
    const head = bytes.subarray(0, bytes.length - end);
    await fc.assert(
      fc.asyncProperty(damages, (steps) => survives(Uint8Array.of(...head, ...damaged(bytes.subarray(-end), steps)))),
      { numRuns: runs },
    );
  },
  timeout,
);

test(
  'damage to a safetensors header is read or refused',
  async () => {
    const bytes = new Uint8Array(readFileSync(`${decoders}/ae.safetensors`));
    const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    await fc.assert(
      fc.asyncProperty(damages, async (steps) => {
        const changed = damaged(bytes.subarray(0, header), steps);
        const whole = new Uint8Array(changed.length + bytes.length - header);
        whole.set(changed);
        whole.set(bytes.subarray(header), changed.length);
        await survives(whole);
      }),
      { numRuns: runs },
    );
  },
  timeout,
);

test(
  'a damaged pickle is read or refused without its archive',
  () => {
    const archive = new Uint8Array(readFileSync(`${decoders}/generation_decoder.bin`));
    const pickle = archive.slice(64, 64 + 6412);
    expect(readTorchState('whole', pickle)).toHaveLength(60);
    fc.assert(
      fc.property(damages, (steps) => {
        try {
          readTorchState('damaged', damaged(pickle, steps));
        } catch (thrown) {
          if (failureOf(thrown).code === 'UNEXPECTED') throw thrown;
        }
      }),
      { numRuns: runs * 5 },
    );
  },
  timeout,
);

const nameUnit = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
  fc.constantFrom('\\ud800', '\\udfff', '\\ud83d\\ude00', '\\u0000', '\\n', '\\"', '\u001b[31m', '"', '['.repeat(9)),
);
const headerText = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 12 },
    fc.constantFrom('1', '0', '-1', '1e999', 'NaN', 'null', '"F32"', '"BF16"', '9007199254740993'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    tie('object'),
  ),
  key: fc.oneof(
    fc.constantFrom('dtype', 'shape', 'data_offsets', '__metadata__', '__proto__'),
    fc.array(nameUnit, { maxLength: 4 }).map((units) => units.join('')),
  ),
  object: fc
    .array(fc.tuple(tie('key'), tie('value')), { maxLength: 4 })
    .map((pairs) => `{${pairs.map(([key, value]) => `"${key}":${value}`).join(',')}}`),
})).object;

test(
  'a header of any shape is read or refused, and no name is half a character',
  async () => {
    await fc.assert(
      fc.asyncProperty(headerText, fc.nat(64), async (header, length) => {
        const bytes = safetensorsFile(header, new Uint8Array(length));
        await survives(bytes);
        const opened = await openTensorFile(bytesSource('made', bytes)).catch(() => null);
        for (const { name } of opened?.list() ?? []) expect(name.isWellFormed()).toBe(true);
      }),
      { numRuns: runs * 5 },
    );
  },
  timeout,
);

test(
  'any bytes at all are refused as what they are not',
  async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ maxLength: 400 }).map((text) => Uint8Array.from(text, (c) => c.charCodeAt(0))),
    );
    const headed = fc.tuple(
      fc.constantFrom([0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6], [2, 0, 0, 0, 0, 0, 0, 0, 0x7b], []),
      anything,
    );
    await fc.assert(
      fc.asyncProperty(headed, ([head, rest]) => survives(Uint8Array.of(...head, ...rest))),
      { numRuns: runs },
    );
  },
  timeout,
);
