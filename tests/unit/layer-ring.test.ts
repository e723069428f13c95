/** Layers on their way through two slots: the next arrives while one is computed with, and never more than two are there. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ort } from '../../cli/ort.ts';
import type { FluxLayer } from '../../model/pieces/flux.ts';
import { type DeviceTensor, type HostTensor, hostTensor } from '../../workers/gpu/runtime.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { type LayerFeeds, LayerRing } from '../../workers/painter/layer-ring.ts';
import { settles } from '../helpers/until.ts';

const width = 16;
const layerBytes = 4 * width;
const layers = [0, 1, 2, 3, 4].map((index): FluxLayer => ({ graph: 'flux_single_block', prefix: `${index}.` }));
const [first, second, third] = layers as [FluxLayer, FluxLayer, FluxLayer];

let runtime: WasmRuntime;
let broken: string | null;
let reads: string[];
beforeEach(() => {
  runtime = new WasmRuntime(ort);
  broken = null;
  reads = [];
});
afterEach(async () => {
  expect(runtime.ledger()).toEqual({});
  await runtime.close();
});

/** Every layer holds its number. */
function ring(shapeOf: (layer: FluxLayer) => readonly number[] = () => [width]): LayerRing {
  return new LayerRing(runtime, 'decoder', async (layer): Promise<ReadonlyMap<string, HostTensor>> => {
    reads.push(layer.prefix);
    if (layer.prefix === broken) throw new Error('unplugged');
    const shape = shapeOf(layer);
    const count = shape.reduce((product, size) => product * size, 1);
    return new Map([
      ['w', hostTensor('float32', shape, new Float32Array(count).fill(Number.parseInt(layer.prefix, 10)))],
    ]);
  });
}

async function lentValue({ w }: LayerFeeds): Promise<unknown> {
  return w && (await runtime.read(w)).data[0];
}

async function through(loop: LayerRing, use: (feeds: LayerFeeds, layer: FluxLayer) => Promise<void>): Promise<void> {
  for (const [index, layer] of layers.entries()) {
    await loop.using(layer, layers[index + 1] ?? null, (feeds) => use(feeds, layer));
  }
  await loop.end();
}

describe('layers that are streamed', () => {
  test('are each lent with their own weights, and at most two of them are on the device', async () => {
    const seen: unknown[] = [];
    await through(ring(), async (feeds) => {
      await settles(() => expect(reads.length).toBe(Math.min(layers.length, seen.length + 2)));
      seen.push(await lentValue(feeds));
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(reads).toEqual(['0.', '1.', '2.', '3.', '4.']);
    expect(runtime.peakBytes()).toBe(2 * layerBytes);
  });

  test('arrive on the device while the one before is computed with, which keeps its own', async () => {
    const loop = ring();
    await loop.using(first, second, async (feeds) => {
      await settles(() => expect(runtime.ledger()).toEqual({ decoder: 2 * layerBytes }));
      expect(await lentValue(feeds)).toBe(0);
    });
    await loop.end();
  });

  test('of equal shapes take the place of one another in the same tensors', async () => {
    const used: (DeviceTensor | undefined)[] = [];
    await through(ring(), async ({ w }) => void used.push(w));
    expect(new Set(used).size).toBe(2);
    expect(used[2]).toBe(used[0]);
  });

  test('of which no next one is known pass through a single slot', async () => {
    const loop = ring();
    for (const [index, layer] of layers.entries()) {
      expect(await loop.using(layer, null, lentValue)).toBe(index);
    }
    await loop.end();
    expect(runtime.peakBytes()).toBe(layerBytes);
  });

  test('of other shapes get tensors of their own, and what they replace is freed', async () => {
    const loop = ring(({ prefix }) => [prefix === '0.' ? 8 * width : width]);
    const shapes: unknown[] = [];
    await through(loop, async ({ w }) => void shapes.push(w?.shape[0]));
    expect(shapes).toEqual([8 * width, width, width, width, width]);
    expect(runtime.peakBytes()).toBe(9 * layerBytes);
  });

  test('are not written over what the device still computes with', async () => {
    const done = Promise.withResolvers<void>();
    vi.spyOn(runtime, 'settled').mockReturnValue(done.promise);
    const write = vi.spyOn(runtime, 'write');
    const loop = ring();
    await loop.using(first, second, async () => undefined);
    await loop.using(second, third, async () => undefined);
    await settles(() => expect(reads).toEqual(['0.', '1.', '2.']));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(write).not.toHaveBeenCalled();
    done.resolve();
    await loop.using(third, null, async (feeds) => expect(await lentValue(feeds)).toBe(2));
    expect(write).toHaveBeenCalledTimes(1);
    await loop.end();
  });

  test('that cannot be read fail when it is their turn, and can be read again', async () => {
    broken = '1.';
    const loop = ring();
    expect(await loop.using(first, second, lentValue)).toBe(0);
    await expect(loop.using(second, third, lentValue)).rejects.toThrow('unplugged');
    broken = null;
    expect(await loop.using(second, third, lentValue)).toBe(1);
    await loop.end();
  });

  test('that were expected and not wanted make room for the one that is', async () => {
    const loop = ring();
    await loop.using(first, second, lentValue);
    expect(await loop.using(third, null, lentValue)).toBe(2);
    expect(runtime.peakBytes()).toBe(2 * layerBytes);
    await loop.end();
  });

  test('leave nothing behind where a use fails while the next is on its way', async () => {
    const loop = ring();
    await expect(loop.using(first, second, () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
    await loop.end();
  });
});
