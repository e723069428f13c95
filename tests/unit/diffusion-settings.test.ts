import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { published } from '../../model/config/published.table.ts';
import type { Planes } from '../../model/diffusion/latents.ts';
import { normals } from '../../model/diffusion/noise.ts';
import { previewBytes } from '../../model/diffusion/pixels.ts';
import { schedule } from '../../model/diffusion/schedule.ts';
import { drawnSize, sizeLike } from '../../model/diffusion/size.ts';
import { cutTile, TileBlend, tilePlan } from '../../model/diffusion/tiling.ts';
import { failureOf } from '../../model/failure.ts';
import { parseSeed } from '../../model/seed.ts';
import { failureFrom } from '../helpers/sources.ts';

describe('seeds', () => {
  it('reach to 2^64 − 1, and torch sees their low 32 bits', () => {
    expect(parseSeed('18446744073709551615')).toBe(2n ** 64n - 1n);
    expect(normals(String(2n ** 32n + 52n), 40)).toEqual(normals('52', 40));
    expect(normals('52', 40)).not.toEqual(normals('53', 40));
  });

  it('are digits or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.bigInt().map(String), fc.double().map(String)), (text) => {
        const isSeed = /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
        try {
          expect(parseSeed(text)).toBe(BigInt(text));
          expect(isSeed).toBe(true);
        } catch (thrown) {
          expect(failureOf(thrown).code).toBe('SEED_INVALID');
          expect(isSeed).toBe(false);
        }
      }),
    );
  });

  it.each(['banana', '-1', '18446744073709551616', '', '1.0', '1e3'])('refuses %j before drawing', async (seed) => {
    expect(await failureFrom(() => normals(seed, 16))).toEqual({ code: 'SEED_INVALID', data: { seed } });
  });
});

describe('steps and strength', () => {
  it.each([
    [0, 1, 'steps'],
    [1001, 1, 'steps'],
    [2.5, 1, 'steps'],
    [Number.NaN, 1, 'steps'],
    [4, -0.1, 'strength'],
    [4, 1.1, 'strength'],
    [4, Number.NaN, 'strength'],
  ])('%d and %d are refused', async (steps, strength, setting) => {
    const failure = await failureFrom(() => schedule(published.schedule, steps, strength));
    expect(failure).toMatchObject({ code: 'SETTING_RANGE', data: { setting } });
  });

  it('fall from the start to just above zero', () => {
    for (const steps of [1, 2, 50, 1000]) {
      const sigmas = [...schedule(published.schedule, steps, 1).sigmas];
      expect(sigmas).toHaveLength(steps);
      expect(sigmas[0]).toBe(1);
      expect(sigmas.every((sigma, step) => sigma > (sigmas[step + 1] ?? 0))).toBe(true);
    }
  });

  it('follow the constants of a model', () => {
    const even = { shift: 1, sigmaMin: 0.25, sigmaMax: 1, trainTimesteps: 100 };
    expect([...schedule(even, 4, 1).sigmas]).toEqual([1, 0.75, 0.5, 0.25]);
    expect([...schedule(even, 2, 1).timesteps]).toEqual([100, 25]);
  });
});

describe('sizes', () => {
  it('are rounded up to a multiple of 16', () => {
    expect(drawnSize({ width: 64, height: 2048 })).toEqual({ width: 64, height: 2048 });
    expect(drawnSize({ width: 65, height: 500 })).toEqual({ width: 80, height: 512 });
  });

  it.each([0, 63, 2049, 5000, -64, 100.5, Number.NaN])('of %d are refused', async (side) => {
    const failure = await failureFrom(() => drawnSize({ width: 64, height: side }));
    expect(failure).toEqual({ code: 'SETTING_RANGE', data: { setting: 'height', value: side, low: 64, high: 2048 } });
  });

  it('of an edit keep the aspect at the area of the bundle', () => {
    expect(sizeLike({ width: 4000, height: 3000 }, { width: 512, height: 512 })).toEqual({ width: 592, height: 448 });
    expect(sizeLike({ width: 128, height: 128 }, { width: 128, height: 128 })).toEqual({ width: 128, height: 128 });
    expect(sizeLike({ width: 10_000, height: 60 }, { width: 512, height: 512 })).toEqual({ width: 2048, height: 64 });
  });
});

const plan = fc
  .record({
    height: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 40 }),
    size: fc.integer({ min: 2, max: 16 }),
    share: fc.double({ min: 0.1, max: 1, noNaN: true }),
  })
  .map(({ size, share, ...whole }) => ({ ...whole, tiling: { size, stride: Math.max(1, Math.round(size * share)) } }));

describe('tiles', () => {
  it('lie inside, start at multiples of the stride but for the last, and leave no gap', () => {
    fc.assert(
      fc.property(plan, ({ height, width, tiling }) => {
        const covered = new Uint8Array(height * width);
        for (const tile of tilePlan(height, width, tiling)) {
          expect(tile.top + tile.height <= height && tile.left + tile.width <= width).toBe(true);
          expect(tile.top % tiling.stride === 0 || tile.top + tile.height === height).toBe(true);
          for (let row = tile.top; row < tile.top + tile.height; row += 1) {
            covered.fill(1, row * width + tile.left, row * width + tile.left + tile.width);
          }
        }
        expect(covered.every((value) => value === 1)).toBe(true);
      }),
    );
  });

  it('give the picture back when each is a part of it', () => {
    fc.assert(
      fc.property(plan, ({ height, width, tiling }) => {
        const data = normals('1', 2 * height * width);
        const planes: Planes = { channels: 2, height, width, data };
        const blend = new TileBlend(2, height, width, 3);
        for (const tile of tilePlan(height, width, tiling)) blend.add(cutTile(planes, tile), tile.top, tile.left);
        // Sums of float32 numbers: each tile over a place rounds once, in the values and in the weights.
        const overlapping = (Math.ceil(tiling.size / tiling.stride) + 1) ** 2;
        const rounding = 2 * overlapping * 2 ** -24;
        blend.result().data.forEach((value, index) => {
          const picture = data[index] ?? 0;
          expect(Math.abs(value - picture)).toBeLessThanOrEqual(rounding * Math.abs(picture));
        });
      }),
      { numRuns: 40 },
    );
  });
});

it('previews latents as opaque colours', () => {
  const latents: Planes = { channels: 2, height: 1, width: 2, data: Float32Array.of(1, 0, 0, -9) };
  const preview = {
    matrix: [
      [0.5, 0, 0],
      [0, 1, 0],
    ],
    bias: [0, 0.2, 1],
  };
  expect([...previewBytes(latents, preview)]).toEqual([128, 51, 255, 255, 0, 0, 255, 255]);
});
