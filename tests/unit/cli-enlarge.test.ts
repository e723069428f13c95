/** A picture that was enlarged is repeated from its recipe in the terminal: painted, and enlarged as it was. */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test, vi } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { enlargePixels } from '../../model/image/enlarge.ts';
import { readPngRecipe, replaceRecipe } from '../../model/recipe/png.ts';
import type { Enlargement } from '../../model/recipe/recipe.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { upscale } from '../../workers/upscaler/enlarge.ts';
import { watchTerminal } from '../helpers/terminal.ts';
import { terminalWork } from '../helpers/terminal-work.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const { at, bytes, pixelsOf, nexus } = terminalWork();
const terminal = watchTerminal();

beforeAll(async () => {
  await nexus('draw', 'a red car', '--seed', '7', '--steps', '2', '-o', at('painted.png'));
});

/** Repeats the picture as if its file said that it had been enlarged. */
async function repeated(enlarge: unknown, name: string) {
  const recipe = readPngRecipe('painted.png', bytes('painted.png'));
  const saying = { ...recipe, enlarge: enlarge as Enlargement };
  writeFileSync(at('said.png'), replaceRecipe('painted.png', bytes('painted.png'), saying));
  return nexus('draw', '--recipe', at('said.png'), '-o', at(name));
}

test('pixel by pixel', async () => {
  expect(await repeated({ factor: 4, by: 'pixels' }, 'squares.png')).toBe(0);
  expect(await pixelsOf('squares.png')).toEqual(enlargePixels(await pixelsOf('painted.png'), 4));
  expect(readPngRecipe('', bytes('squares.png')).enlarge).toEqual({ factor: 4, by: 'pixels' });
});

test('by the network', async () => {
  expect(await repeated({ factor: 2, by: 'esrgan-slim' }, 'smooth.png')).toBe(0);
  const runtime = new WasmRuntime(ort);
  const file = new Uint8Array(readFileSync(new URL('../../public/upscaler/x2.onnx', import.meta.url)));
  const program = await runtime.load({ name: 'upscaler', bytes: file, external: [] });
  const expected = await upscale(program, await pixelsOf('painted.png'), 2, () => undefined);
  await runtime.close();
  expect(await pixelsOf('smooth.png')).toEqual(expected);
  expect(readPngRecipe('', bytes('smooth.png')).enlarge).toEqual({ factor: 2, by: 'esrgan-slim' });
});

test('not where an older recipe says only from which size', async () => {
  expect(await repeated({ width: 64, height: 64 }, 'none.png')).toBe(1);
  expect(terminal.stderr).toContain('enlarge');
  expect(() => bytes('none.png')).toThrow('ENOENT');
});
