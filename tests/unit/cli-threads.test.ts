/** The processor's threads: who decides how many, what a picture says of them, and that the program ends by itself. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { deviceFor, readDevice } from '../../cli/draw/device.ts';
import { ortWithThreads } from '../../cli/ort.ts';
import { cores, usualThreads } from '../../cli/threads.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { recipeText } from '../../model/recipe/recipe.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { exampleRecipe } from '../helpers/recipes.ts';

// Each run starts a process, which a busy machine makes slow.
vi.setConfig({ testTimeout: 300_000 });

const bin = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'nexus-threads-'));
const at = (name: string) => join(work, name);
beforeAll(async () => writeDrawingBundle(await openSink(at('bundle'))));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly stderr: string;
}

/** In a process of its own: it has the number of threads that its first graph was loaded with. */
function nexus(...args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args, '--bundle', at('bundle'), '--quiet'], { env }, (error, _, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stderr }),
    );
  });
}

const deviceOf = (name: string) => readPngRecipe(name, new Uint8Array(readFileSync(at(name)))).device;
const draw = (out: string, ...args: readonly string[]) =>
  nexus('draw', 'a red car', '--seed', '1', '--steps', '1', '-o', at(out), ...args);
const recipeWith = (device: Partial<ReturnType<typeof exampleRecipe>['device']>) => {
  const recipe = exampleRecipe();
  return { ...recipe, device: { ...recipe.device, ...device } };
};

describe('how many', () => {
  test('are those asked for, else those of the recipe as far as there are cores, else as many as cores and at most four', () => {
    const asked = readDevice({ device: 'wasm', threads: '３' });
    const open = readDevice({ device: 'wasm' });
    expect(usualThreads).toBe(Math.min(cores, 4));
    expect(deviceFor(asked, recipeWith({ threads: 2 }))).toEqual({ kind: 'wasm', threads: 3 });
    expect(deviceFor(open, null)).toEqual({ kind: 'wasm', threads: usualThreads });
    expect(deviceFor(open, recipeWith({}))).toEqual({ kind: 'wasm', threads: 1 });
    expect(deviceFor(open, recipeWith({ threads: cores }))).toEqual({ kind: 'wasm', threads: cores });
    expect(deviceFor(open, recipeWith({ threads: 1024 }))).toEqual({ kind: 'wasm', threads: cores });
    expect(deviceFor(open, recipeWith({ kind: 'webgpu' }))).toEqual({ kind: 'wasm', threads: usualThreads });
  });

  test.each(['0', '-1', '65', '2.5', 'two', ''])('--threads "%s" is refused', (threads) => {
    expect(() => readDevice({ device: 'wasm', threads })).toThrow(/--threads is a whole number from 1 to 64/);
  });

  test('they are of the processor alone', () => {
    expect(() => readDevice({ device: 'webgpu', threads: '2' })).toThrow(/--threads is of the processor/);
    expect(readDevice({ device: 'webgpu' })).toEqual({ kind: 'webgpu', threads: null });
  });

  test('a process keeps the number it began with, and its reports say it', () => {
    expect(new WasmRuntime(ortWithThreads(2)).report.threads).toBe(2);
    expect(() => ortWithThreads(1)).toThrow(/2 threads/);
  });
});

test('a picture names its threads; its recipe takes as many again, and says where there are fewer cores', async () => {
  expect(await draw('two.png', '--threads', '2')).toEqual({ code: 0, stderr: '' });
  expect(deviceOf('two.png')).toEqual({ kind: 'wasm', adapter: 'wasm', activations: 'float32', threads: 2 });
  const again = (out: string, recipe: string, ...args: readonly string[]) =>
    nexus('draw', '--recipe', at(recipe), '-o', at(out), ...args);
  expect(await again('two-again.png', 'two.png', '--threads', '2')).toEqual({ code: 0, stderr: '' });
  expect(readFileSync(at('two-again.png')).equals(readFileSync(at('two.png')))).toBe(true);

  const recipe = readPngRecipe('two.png', new Uint8Array(readFileSync(at('two.png'))));
  writeFileSync(at('many.json'), recipeText({ ...recipe, device: { ...recipe.device, threads: 1024 } }));
  const { code, stderr } = await again('fewer.png', 'many.json');
  expect(code).toBe(0);
  expect(stderr).toMatch(/drawn with 1024 threads and is repeated with .*thread/);
  expect(deviceOf('fewer.png').threads ?? 1).toBe(cores);
});
