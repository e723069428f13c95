/** The terminal's `--device webgpu`: the model's own workers in a headless Chrome that the terminal starts. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { decodePicture } from '../../cli/draw/pictures.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';

const bin = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const bundle = fileURLToPath(new URL('../../.cache/browser-models/tiny', import.meta.url));

function nexus(...argv: readonly string[]) {
  return promisify(execFile)(process.execPath, [bin, ...argv, '--bundle', bundle, '--quiet']);
}

/** Of two pictures of one size, in decibels. */
function peakSignalToNoise(one: Uint8Array, other: Uint8Array): number {
  expect(one.length).toBe(other.length);
  const squares = one.reduce((sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * one.length) / squares);
}

test('an edit in Chrome is the picture that the processor makes of the same recipe', async ({ baseURL: _ }, info) => {
  const file = (name: string) => info.outputPath(name);
  const pixels = async (path: string) => (await decodePicture(path, await readFile(path))).data;
  const jobs = [
    { command: 'draw', prompt: 'a red car', seed: '7', out: file('car.png') },
    { command: 'edit', image: file('car.png'), prompt: 'make it night', seed: '8', out: file('night.png') },
  ];
  await writeFile(file('jobs.jsonl'), jobs.map((job) => JSON.stringify(job)).join('\n'));
  const { stdout, stderr } = await nexus('draw', '--batch', file('jobs.jsonl'), '--device', 'webgpu');
  expect(stderr).toBe('');
  expect(stdout.split('\n').map((line) => line && JSON.parse(line).ok)).toEqual([true, true, '']);
  expect(readPngRecipe('night.png', await readFile(file('night.png')))).toMatchObject({
    decoder: 'editing',
    device: { kind: 'webgpu' },
  });
  await nexus('edit', file('car.png'), '--recipe', file('night.png'), '-o', file('processor.png'));
  const [chrome, processor, car] = [
    await pixels(file('night.png')),
    await pixels(file('processor.png')),
    await pixels(file('car.png')),
  ];
  expect(peakSignalToNoise(chrome, processor)).toBeGreaterThan(45);
  expect(peakSignalToNoise(chrome, car)).toBeLessThan(45);
});
