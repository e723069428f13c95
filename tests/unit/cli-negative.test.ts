/** Draws away from the words that a bundle holds. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { decodePicture } from '../../cli/draw/pictures.ts';
import { main } from '../../cli/nexus.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { watchTerminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const work = mkdtempSync(join(tmpdir(), 'nexus-negative-'));
const at = (name: string) => join(work, name);
const bytes = (name: string) => new Uint8Array(readFileSync(at(name)));
const terminal = watchTerminal();

beforeAll(async () => {
  await writeDrawingBundle(await openSink(at('plain')));
  await writeDrawingBundle(await openSink(at('worded')), undefined, ['blurry, low quality', 'dull']);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const drawWith =
  (bundle: string) =>
  (...argv: string[]) =>
    main(['draw', ...argv, '--bundle', at(bundle), '--threads', '1', '--quiet']);
const [plain, worded] = [drawWith('plain'), drawWith('worded')];

test('steers away from the words that the bundle holds, as its recipe says again; others are wrong usage', async () => {
  const away = async (text: string, name: string) => {
    const guided = ['--seed', '7', '--cfg', '3', '--negative', text, '--steps', '2', '--size', '80x64'];
    expect(await worded('a red car', ...guided, '-o', at(name))).toBe(0);
    expect(readPngRecipe(name, bytes(name))).toMatchObject({ cfg: 3, negative: text });
    return (await decodePicture(name, bytes(name))).data;
  };
  const [empty, blurry, dull] = [
    await away('', 'empty.png'),
    await away('blurry, low quality', 'blurry.png'),
    await away('dull', 'dull.png'),
  ];
  expect(blurry).not.toEqual(empty);
  expect(dull).not.toEqual(empty);
  expect(dull).not.toEqual(blurry);
  expect(await worded('--recipe', at('blurry.png'), '-o', at('blurry-again.png'))).toBe(0);
  expect(bytes('blurry-again.png')).toEqual(bytes('blurry.png'));
  // The empty text is what it was before there were others.
  expect(await plain('--recipe', at('empty.png'), '-o', at('empty-again.png'))).toBe(0);
  expect((await decodePicture('empty-again.png', bytes('empty-again.png'))).data).toEqual(empty);

  expect(await worded('a car', '--seed', '1', '--negative', 'rain', '-o', at('no.png'))).toBe(2);
  expect(terminal.stderr).toMatch(/carries the empty negative prompt and "blurry, low quality", "dull"/);
  // A recipe asks for words that another model held.
  terminal.stderr = '';
  expect(await plain('--recipe', at('dull.png'), '-o', at('no.png'))).not.toBe(0);
  expect(terminal.stderr).toMatch(/negative/);
});
