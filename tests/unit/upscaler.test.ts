/** Pictures enlarged: by pixels exactly, by the network as numpy computes it from the published weights, in tiles as in one piece. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { canBeEnlarged, enlargePixels, tilesOf } from '../../model/image/enlarge.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { readModel } from '../../model/onnx/read.ts';
import { writeModel } from '../../model/onnx/write.ts';
import { upscaler, upscalerFactors, upscalerReach } from '../../model/pieces/upscaler.ts';
import { hostTensor, type Program } from '../../workers/gpu/runtime.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { float32Of } from '../../workers/painter/tensors.ts';
import { enlarge, upscale } from '../../workers/upscaler/enlarge.ts';

/** As in tests/fixtures/upscaler/make.py. */
function picture(width = 26, height = 22): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const isIn = (x - 13) ** 2 + (y - 9) ** 2 < 40;
      data.set([(x * 37 + y * 11) % 256, (x * y * 5) % 256, isIn ? 230 : 25], (y * width + x) * 3);
    }
  return { width, height, data };
}

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url));

async function golden(factor: number): Promise<Float32Array> {
  const bytes = await read(`tests/fixtures/upscaler/x${factor}.f32`);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
}

const runtime = new WasmRuntime(ort);
afterAll(() => runtime.close());

describe.each(upscalerFactors)('the network, × %i', (factor) => {
  let program: Program;
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = new Uint8Array(await read(`public/upscaler/x${factor}.onnx`));
    program = await runtime.load({ name: 'upscaler', bytes, external: [] });
  });

  test('is the graph of today, with its weights inside', () => {
    const { graph, external } = readModel('upscaler', bytes);
    expect(external).toEqual([]);
    const built = upscaler(factor);
    const shapes = (tensors: readonly { readonly name: string; readonly shape: readonly number[] }[]) =>
      tensors.map(({ name, shape }) => `${name} ${shape}`);
    expect(shapes(graph.constants)).toEqual(shapes(built.weights.map(({ declaration }) => declaration)));
    const whole = { ...built, weights: [], constants: graph.constants };
    const written = writeModel(whole, (name) => {
      throw new Error(name);
    });
    expect(Buffer.from(written).equals(bytes)).toBe(true);
    expect(bytes.length).toBeLessThan(1.1e6);
  });

  test('gives what the published weights give', async () => {
    const { width, height, data } = picture();
    const planes = Float32Array.from({ length: data.length }, (_, at) => {
      const area = width * height;
      return data[(at % area) * 3 + Math.floor(at / area)] ?? 0;
    });
    const feeds = { image: hostTensor('float32', [1, 3, height, width], planes) };
    const { enlarged } = await program.run(feeds, { enlarged: 'host' });
    expect(enlarged?.shape).toEqual([1, 3, height * factor, width * factor]);
    const values = float32Of(enlarged);
    const expected = await golden(factor);
    const area = width * height * factor ** 2;
    let furthest = 0;
    for (const [at, value] of expected.entries()) {
      const pixel = Math.floor(at / 3);
      furthest = Math.max(furthest, Math.abs(value - (values[(at % 3) * area + pixel] ?? Number.NaN)));
    }
    // Of values up to 255, in 32 bits.
    expect(furthest).toBeLessThan(0.002);
  });

  test('makes of tiles what it makes of the whole', async () => {
    const image = picture(61, 47);
    const told: string[] = [];
    const whole = await upscale(program, image, factor, () => undefined, 64);
    const tiled = await upscale(program, image, factor, (tiles, of) => told.push(`${tiles} of ${of}`), 24);
    expect(told).toEqual(['0 of 6', '1 of 6', '2 of 6', '3 of 6', '4 of 6', '5 of 6', '6 of 6']);
    expect(tiled.width).toBe(61 * factor);
    // Another order of sums may round the other way.
    const furthest = whole.data.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (tiled.data[at] ?? 999))),
      0,
    );
    expect(furthest).toBeLessThanOrEqual(1);
  });

  test('is stopped between tiles', async () => {
    const stop = new Error('enough');
    const throwing = (tiles: number) => {
      if (tiles === 2) throw stop;
    };
    await expect(upscale(program, picture(40, 40), factor, throwing, 16)).rejects.toBe(stop);
  });
});

test('pixels become squares, and need no network', async () => {
  const image = picture(3, 2);
  const none = () => Promise.reject(new Error('no network'));
  for (const factor of upscalerFactors) {
    const { width, height, data } = await enlarge(image, { factor, by: 'pixels' }, none);
    expect([width, height]).toEqual([3 * factor, 2 * factor]);
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const from = (Math.floor(y / factor) * 3 + Math.floor(x / factor)) * 3;
        const at = (y * width + x) * 3;
        expect([...data.subarray(at, at + 3)]).toEqual([...image.data.subarray(from, from + 3)]);
      }
  }
  expect(enlargePixels(image, 1)).toEqual(image);
});

test('tiles cover a picture once, and read what reaches into them', () => {
  const size = { width: 300, height: 130 };
  const covered = new Uint8Array(size.width * size.height);
  for (const { read, kept } of tilesOf(size, 128, upscalerReach)) {
    for (let y = kept.y; y < kept.y + kept.height; y += 1)
      for (let x = kept.x; x < kept.x + kept.width; x += 1)
        covered[y * size.width + x] = (covered[y * size.width + x] ?? 0) + 1;
    expect(read.x).toBe(Math.max(0, kept.x - upscalerReach));
    expect(read.y + read.height).toBe(Math.min(size.height, kept.y + kept.height + upscalerReach));
  }
  expect(covered.every((times) => times === 1)).toBe(true);
});

test('what would be too large is not made', () => {
  expect(canBeEnlarged({ width: 1024, height: 1024 }, 4)).toBe(true);
  expect(canBeEnlarged({ width: 1040, height: 1024 }, 4)).toBe(false);
  expect(canBeEnlarged({ width: 2048, height: 2048 }, 2)).toBe(true);
});
