/** What `inspect` says of a file that is no weights: a picture and its recipe, a recipe alone, or what else it is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test, vi } from 'vitest';
import { main } from '../../cli/nexus.ts';
import { writePng } from '../../model/recipe/png.ts';
import { recipeText } from '../../model/recipe/recipe.ts';
import { exampleRecipe } from '../helpers/recipes.ts';
import { watchTerminal } from '../helpers/terminal.ts';

const work = mkdtempSync(join(tmpdir(), 'nexus-inspect-'));
const terminal = watchTerminal();
afterAll(() => rmSync(work, { recursive: true, force: true }));

const image = { width: 8, height: 4, data: new Uint8ClampedArray(8 * 4 * 4).fill(200) };
const png = writePng(image, exampleRecipe());
const canvas = { create: { width: 30, height: 20, channels: 3, background: '#336699' } } as const;

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(work, name);
  writeFileSync(path, bytes);
  return path;
}

test('a saved picture: its kind, its size, and its recipe in rows', async () => {
  expect(await main(['inspect', file('saved.png', png)])).toBe(0);
  expect(terminal.stdout).toMatch(/^picture +saved\.png$/m);
  expect(terminal.stdout).toMatch(/^kind +PNG$/m);
  expect(terminal.stdout).toMatch(/^size +8 × 4$/m);
  expect(terminal.stdout).toMatch(/^seed +18446744073709551615$/m);
  expect(terminal.stdout).toMatch(/^messages +person: 画一只猫 🐈 <image>$/m);
  expect(terminal.stdout).toMatch(/^ +person: make it night$/m);
  expect(terminal.stdout).toMatch(/^bundle +id: nano, sha256: a{64}$/m);
  expect(terminal.stdout).toMatch(/^images +b{64} \(640 × 480\)$/m);
  expect(terminal.stderr).toBe('');
});

test('the same as one JSON object', async () => {
  expect(await main(['inspect', file('saved.png', png), '--json'])).toBe(0);
  expect(JSON.parse(terminal.stdout)).toEqual({
    file: 'saved.png',
    kind: 'png',
    width: 8,
    height: 4,
    bytes: png.length,
    recipe: exampleRecipe(),
    failure: null,
  });
});

test.each(['jpeg', 'webp', 'gif', 'avif'] as const)('a %s: kind and size, and no recipe', async (kind) => {
  const path = file(`photo.${kind}`, await sharp(canvas).toFormat(kind).toBuffer());
  expect(await main(['inspect', path])).toBe(0);
  expect(terminal.stdout).toMatch(new RegExp(`^kind +${kind}$`, 'im'));
  expect(terminal.stdout).toMatch(/^size +30 × 20$/m);
  expect(terminal.stdout).toMatch(/^recipe +none$/m);
});

test('a picture that was cut: what can be said, and that it is damaged', async () => {
  expect(await main(['inspect', file('cut.png', png.subarray(0, 300))])).toBe(1);
  expect(terminal.stdout).toMatch(/^size +8 × 4$/m);
  expect(terminal.stdout).toMatch(/^recipe +cut\.png is not a readable PNG/m);
});

test('a recipe that was exported as JSON, in the same rows', async () => {
  expect(await main(['inspect', file('recipe.json', recipeText(exampleRecipe()))])).toBe(0);
  expect(terminal.stdout).toMatch(/^recipe +recipe\.json$/m);
  expect(terminal.stdout).toMatch(/^decoder +editing$/m);
});

test.each([
  ['paper.pdf', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'a PDF document'],
  ['model.gguf', 'GGUF\x03\0\0\0\x10\0\0\0', 'a GGUF file'],
  ['weights.tar.gz', '\x1f\x8b\x08\0\0\0\0\0\0\x03', 'a gzip archive'],
  ['notes.md', '# Notes\nwords', 'a text'],
  ['noise.bin', '\x91\x12\x83\x04\x95\x06\x07\x08\x09\x0a\x0b', 'in no format that is known here'],
])('%s is called what it is', async (name, bytes, kind) => {
  expect(await main(['inspect', file(name, Buffer.from(bytes, 'latin1'))])).toBe(1);
  expect(terminal.stderr).toContain(`${name} is not a readable checkpoint: it is ${kind}.`);
  vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
  terminal.stderr = '';
  expect(await main(['inspect', join(work, name)])).toBe(1);
  expect(terminal.stderr).toMatch(/不是可读的权重文件/);
});

test('a picture in the place of weights is called a picture', async () => {
  const folder = mkdtempSync(join(work, 'folder-'));
  writeFileSync(join(folder, 'model.safetensors'), png);
  expect(await main(['inspect', folder])).toBe(1);
  expect(terminal.stdout).toContain('model.safetensors is not a readable checkpoint: it is a picture.');
});
