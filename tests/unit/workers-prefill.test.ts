/** Reading prompts with the cache of the one before: the same logits, and only what differs is read. */
import { afterAll, expect, test } from 'vitest';
import { Reader } from '../../workers/language/prefill.ts';
import { numbersFor, tinyLanguageModel } from '../helpers/tiny-language.ts';

const sizes = { headWidth: 16, heads: 2, keyValueHeads: 1 };
const hidden = 32;
const runtimes: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const runtime of runtimes) await runtime.close();
});

function reader(): Reader {
  const { model, runtime } = tinyLanguageModel(sizes, 40);
  runtimes.push(runtime);
  return new Reader(model, 2);
}

function picture(name: string) {
  return { name, embeddings: { data: numbersFor(name, 4 * hidden), hidden, grid: [1, 4, 4] } } as const;
}

/** Two turns with a picture in the first; 2, 3 and 4 are BOI, EOI and the image token. */
const first = [10, 2, 4, 4, 4, 4, 3, 11, 12];
const second = [...first, 13, 14, 15];

function expectClose(actual: Float32Array, expected: Float32Array): void {
  const apart = actual.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)));
  expect(Math.max(...apart)).toBeLessThan(1e-5);
}

test('a second turn reads only what is new, at the same positions and with the same logits', async () => {
  const held = reader();
  expect((await held.prefill(first, [picture('cat')])).reused).toBe(0);
  held.written([13]);
  const again = await held.prefill(second, [picture('cat')]);
  const fresh = await reader().prefill(second, [picture('cat')]);
  expect(again.reused).toBe(first.length);
  expect(again.position).toBe(fresh.position);
  expectClose(again.logits, fresh.logits);
});

test('another picture in the same place is read anew from its first row on', async () => {
  const held = reader();
  await held.prefill(first, [picture('cat')]);
  const other = await held.prefill(first, [picture('dog')]);
  expect(other.reused).toBe(2);
  expectClose(other.logits, (await reader().prefill(first, [picture('dog')])).logits);
});

test('the same prompt again reads its last token only', async () => {
  const held = reader();
  const once = await held.prefill(first, [picture('cat')]);
  const twice = await held.prefill(first, [picture('cat')]);
  expect(twice.reused).toBe(first.length - 1);
  expectClose(twice.logits, once.logits);
});

test('read afresh, a sequence leaves the same cache to the last bit, whatever was read before it', async () => {
  const ids = Array.from({ length: 100 }, (_, place) => 5 + ((place * 7) % 25));
  const logits: Record<string, Float32Array> = {};
  for (const way of ['one at a time', 'afresh', 'alone'] as const) {
    const { model, runtime } = tinyLanguageModel({ headWidth: 32, heads: 8, keyValueHeads: 2 }, 120);
    runtimes.push(runtime);
    const held = new Reader(model, 2);
    if (way !== 'alone') for (let length = 90; length <= 100; length += 1) await held.prefill(ids.slice(0, length), []);
    if (way !== 'one at a time') await held.prefillFromScratch(ids, []);
    logits[way] = (await held.prefill([...ids, 5], [])).logits;
  }
  expect(logits.afresh).toEqual(logits.alone);
  expect(logits['one at a time']).not.toEqual(logits.alone);
});
