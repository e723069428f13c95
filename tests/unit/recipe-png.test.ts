import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { crc32 } from '../../model/checkpoint/crc32.ts';
import { FailureError, failureOf } from '../../model/failure.ts';
import { readPngRecipe, writePng } from '../../model/recipe/png.ts';
import { parseRecipe, type Recipe, readRecipe, writeRecipe } from '../../model/recipe/recipe.ts';

const photo = 'a'.repeat(64);

const recipe: Recipe = {
  format: 'nexus-gen-recipe',
  version: 1,
  bundle: { id: 'nano', sha256: 'b'.repeat(64) },
  task: 'auto',
  form: 'edit',
  messages: [
    { from: 'person', text: 'a red fox — 一只红狐 🦊', images: [] },
    { from: 'model', text: 'Here is an image: <image>', drawn: 'c'.repeat(64) },
    { from: 'person', text: 'make it "blue"\n', images: [photo] },
  ],
  images: [{ sha256: photo, width: 640, height: 480 }],
  seed: '18446744073709551615',
  steps: 50,
  schedule: 'shift-3',
  cfg: 3,
  guidance: 3.5,
  negative: '',
  size: { width: 512, height: 384 },
  decoder: 'editing',
  strength: 0.7,
  region: { left: 16, top: 0, width: 64, height: 32 },
  prefill: 'pass',
  sampling: { temperature: 0.7, topP: 0.9, maxTokens: 1024 },
  embeddings: 'd'.repeat(64),
  versions: { 'nexus-gen-web': '0.1.0', 'onnxruntime-web': '1.31.0' },
  device: { device: 'wasm', adapter: '', activations: 'float32' },
};

/** Pixels of every kind: a gradient, flat rows and noise, with alpha. */
function pixels(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  let noise = 1;
  for (let at = 0; at < data.length; at += 1) {
    noise = (Math.imul(noise, 1103515245) + 12345) >>> 0;
    const row = Math.floor(at / (width * 4));
    data[at] = row % 3 === 0 ? at >> 2 : row % 3 === 1 ? 200 : noise >>> 24;
  }
  return data;
}

const file = 'fox.png';
const png = writePng(5, 7, pixels(5, 7), recipe);

function problemOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    const { code, data } = failureOf(error);
    return 'problem' in data ? `${code} ${data.problem}` : 'key' in data ? `${code} ${data.key}` : code;
  }
  return 'none';
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG whose only texts are the given chunks, every checksum right. */
function pngWith(...texts: readonly Buffer[]): Uint8Array {
  const header = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0);
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), ...texts, chunk('IEND', Buffer.alloc(0))]);
}

const key = Buffer.from('nexus-gen-recipe\0');
const plain = (text: Uint8Array) => chunk('iTXt', Buffer.concat([key, Buffer.alloc(4), text]));
const compressed = (stream: Uint8Array) => chunk('iTXt', Buffer.concat([key, Buffer.from([1, 0, 0, 0]), stream]));
const encoded = Buffer.from(writeRecipe(recipe));

test('a picture comes back with its recipe, and another decoder sees the same pixels', async () => {
  for (const [width, height] of [
    [1, 1],
    [5, 7],
    [64, 48],
  ] as const) {
    const data = pixels(width, height);
    const written = writePng(width, height, data, recipe);
    expect(readPngRecipe(written, file)).toEqual(recipe);
    const decoded = await sharp(written).raw().toBuffer({ resolveWithObject: true });
    expect(decoded.info).toMatchObject({ width, height, channels: 4 });
    expect(Buffer.compare(decoded.data, Buffer.from(data))).toBe(0);
    expect(Buffer.compare(written, writePng(width, height, new Uint8ClampedArray(data), recipe))).toBe(0);
  }
});

test('the recipe can be left out, the mark of a generated picture cannot', async () => {
  const without = writePng(5, 7, pixels(5, 7), 'left-out');
  expect(problemOf(() => readPngRecipe(without, file))).toBe('RECIPE_MISSING');
  expect(Buffer.from(without).includes('nexus-gen-recipe')).toBe(false);
  for (const written of [png, without]) {
    const { xmp } = await sharp(written).metadata();
    expect(xmp?.toString()).toContain(
      'DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"',
    );
  }
});

test('pixels that do not fill the size, or no size at all, are refused', () => {
  expect(problemOf(() => writePng(5, 7, new Uint8Array(5 * 7 * 3), recipe))).toBe('PNG_DAMAGED size');
  expect(problemOf(() => writePng(0, 7, new Uint8Array(0), recipe))).toBe('PICTURE_EMPTY');
});

test('equal recipes give equal texts, whatever the order of their keys', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, member]) => [name, reversed(member)]),
    );
  };
  const other = parseRecipe(reversed(recipe));
  expect(other).toEqual(recipe);
  expect(writeRecipe(other)).toBe(writeRecipe(recipe));
  expect(readRecipe(writeRecipe(recipe))).toEqual(recipe);
});

test.each([
  ['seed', { seed: (2n ** 70n).toString() }],
  ['seed', { seed: '18446744073709551616' }],
  ['seed', { seed: '007' }],
  ['seed', { seed: 7 }],
  ['version', { version: 2 }],
  ['steps', { steps: 1001 }],
  ['size.width', { size: { width: 32, height: 512 } }],
  ['cfg', { cfg: Number.NaN }],
  ['embeddings', { embeddings: 'D'.repeat(64) }],
  ['messages', { messages: [] }],
  ['messages.1.from', { messages: recipe.messages.slice(0, 2) }],
  ['messages.2.images.0', { images: [] }],
  ['device', { device: undefined }],
])('a recipe is refused by the key that does not fit: %s', (name, change) => {
  expect(problemOf(() => parseRecipe({ ...recipe, ...change }))).toBe(`RECIPE_INVALID ${name}`);
});

test('every field is needed', () => {
  for (const name of Object.keys(recipe)) {
    const { [name]: _, ...rest } = recipe as Readonly<Record<string, unknown>>;
    expect(problemOf(() => parseRecipe(rest))).toBe(`RECIPE_INVALID ${name}`);
  }
});

test('what is no recipe at all is refused as such', () => {
  const deep = '['.repeat(500_000) + ']'.repeat(500_000);
  for (const text of ['', '{', 'null', '[]', '7', deep]) {
    expect(problemOf(() => readRecipe(text))).toMatch(/^RECIPE_INVALID (recipe|format)$/);
  }
});

test('a compressed recipe is read too', () => {
  expect(readPngRecipe(pngWith(compressed(deflateSync(encoded))), file)).toEqual(recipe);
  expect(readPngRecipe(pngWith(plain(encoded)), file)).toEqual(recipe);
});

test('a file that ends early is refused wherever it is cut', () => {
  for (let length = 0; length < png.length; length += 1) {
    const expected = length < 8 ? 'PNG_DAMAGED signature' : 'PNG_DAMAGED truncated';
    expect(problemOf(() => readPngRecipe(png.subarray(0, length), file))).toBe(expected);
  }
});

test('a changed byte of any chunk is noticed', () => {
  for (let at = 0; at < png.length; at += 1) {
    const changed = png.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    expect(problemOf(() => readPngRecipe(changed, file))).toMatch(/^PNG_DAMAGED (signature|truncated|checksum)$/);
  }
});

const mebibyte = 2 ** 20;

test.each<[string, string, () => readonly Buffer[]]>([
  ['a deflate bomb', 'PNG_DAMAGED limit', () => [compressed(deflateSync(Buffer.alloc(64 * mebibyte)))]],
  [
    'a bomb with a broken end, which is never reached',
    'PNG_DAMAGED limit',
    () => [compressed(deflateSync(Buffer.alloc(64 * mebibyte)).subarray(0, -9))],
  ],
  ['one byte over the limit', 'PNG_DAMAGED limit', () => [compressed(deflateSync(Buffer.alloc(mebibyte + 1)))]],
  ['a huge plain text', 'PNG_DAMAGED limit', () => [plain(Buffer.alloc(mebibyte + 1, 32))]],
  ['spaces up to the limit', 'RECIPE_INVALID recipe', () => [compressed(deflateSync(Buffer.alloc(mebibyte, 32)))]],
  ['a cut deflate stream', 'PNG_DAMAGED text', () => [compressed(deflateSync(encoded).subarray(0, -9))]],
  ['no deflate stream', 'PNG_DAMAGED text', () => [compressed(Buffer.from('no deflate stream'))]],
  ['invalid UTF-8', 'PNG_DAMAGED text', () => [plain(Buffer.from([0x7b, 0xc0, 0x80, 0x7d]))]],
  ['no end of the language', 'PNG_DAMAGED text', () => [chunk('iTXt', Buffer.concat([key, Buffer.from([0, 0, 65])]))]],
  ['nothing behind the keyword', 'PNG_DAMAGED text', () => [chunk('iTXt', key)]],
  ['an unknown method', 'PNG_DAMAGED text', () => [chunk('iTXt', Buffer.concat([key, Buffer.from([1, 9, 0, 0])]))]],
  ['two recipes', 'PNG_DAMAGED text', () => [plain(encoded), plain(encoded)]],
  ['a recipe of another seed', 'RECIPE_INVALID seed', () => [plain(seedTooLarge())]],
  [
    'a zTXt bomb, which is never inflated',
    'RECIPE_MISSING',
    () => [chunk('zTXt', Buffer.concat([key, Buffer.from([0]), deflateSync(Buffer.alloc(64 * mebibyte))]))],
  ],
])('%s is a typed failure', (_, expected, texts) => {
  expect(problemOf(() => readPngRecipe(pngWith(...texts()), file))).toBe(expected);
});

function seedTooLarge(): Buffer {
  return Buffer.from(JSON.stringify({ ...recipe, seed: (2n ** 70n).toString() }));
}

test('a picture that does not begin with its header is refused', () => {
  const headless = Buffer.concat([png.subarray(0, 8), chunk('IEND', Buffer.alloc(0))]);
  expect(problemOf(() => readPngRecipe(headless, file))).toBe('PNG_DAMAGED size');
});

const typed = ['PNG_DAMAGED', 'RECIPE_MISSING', 'RECIPE_INVALID'];

/** Reads, or fails with one of the three codes; anything else is thrown on. */
function readsOrFails(bytes: Uint8Array): void {
  try {
    expect(readPngRecipe(bytes, file).format).toBe('nexus-gen-recipe');
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    expect(typed).toContain(error.failure.code);
  }
}

const edits = fc.array(fc.tuple(fc.nat(2 ** 20), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });

function edited(bytes: Uint8Array, changes: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [at, byte] of changes) copy[at % copy.length] = byte;
  return copy;
}

test('damage anywhere gives a typed failure or a recipe', () => {
  fc.assert(
    fc.property(edits, fc.nat(), (changes, cut) => {
      const damaged = edited(png, changes);
      readsOrFails(damaged);
      readsOrFails(damaged.subarray(cut % damaged.length));
    }),
    { numRuns: 500 },
  );
});

test('damage under right checksums gives a typed failure or a recipe', () => {
  const stream = deflateSync(encoded);
  const headed = Buffer.concat([Buffer.from([0, 0, 0, 0]), encoded]);
  fc.assert(
    fc.property(edits, (changes) => {
      readsOrFails(pngWith(plain(edited(encoded, changes))));
      readsOrFails(pngWith(compressed(edited(stream, changes))));
      readsOrFails(pngWith(chunk('iTXt', Buffer.concat([key, edited(headed, changes)]))));
    }),
    { numRuns: 500 },
  );
});

test('any JSON in the place of any field gives RECIPE_INVALID or a recipe', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(recipe)), fc.jsonValue(), (name, value) => {
      expect(problemOf(() => readRecipe(JSON.stringify({ ...recipe, [name]: value })))).toMatch(
        /^(none|RECIPE_INVALID .+)$/,
      );
    }),
    { numRuns: 500 },
  );
});
