import { describe, expect, it } from 'vitest';
import { published } from '../../model/config/published.table.ts';
import type { Grid } from '../../model/config/vision.ts';
import { eulerStep, partlyNoisy, predictedClean } from '../../model/diffusion/euler.ts';
import { guide } from '../../model/diffusion/guidance.ts';
import { type Planes, patchify, unpatchify } from '../../model/diffusion/latents.ts';
import { normals } from '../../model/diffusion/noise.ts';
import { rgbBytes, rgbPlanes } from '../../model/diffusion/pixels.ts';
import { schedule } from '../../model/diffusion/schedule.ts';
import { editingIds, imageIds, mergerPositions } from '../../model/tables/flux-positions.ts';
import { axesRotary } from '../../model/tables/rotary.ts';
import { sinusoid } from '../../model/tables/sinusoid.ts';
import { expectOutput, type Golden, type GoldenTensor, goldenNames, readGolden, tensorOf } from '../helpers/golden.ts';

interface ScheduleRun {
  readonly steps: number;
  readonly denoisingStrength: number;
  readonly sigmas: string;
  readonly timesteps: string;
}

interface NoiseRun {
  readonly seed: string;
  readonly shape: readonly number[];
  readonly output: string;
}

function floats(golden: Golden, name: string): Float32Array {
  return Float32Array.from(tensorOf(golden.inputs, name).data);
}

function planesOf({ shape: [, channels = 0, height = 0, width = 0], data }: GoldenTensor): Planes {
  return { channels, height, width, data: Float32Array.from(data) };
}

function gridOf({ data: [time = 0, height = 0, width = 0] }: GoldenTensor): Grid {
  return [time, height, width];
}

it.each(goldenNames('schedule'))('%s', (name) => {
  const golden = readGolden(name);
  for (const run of golden.args.runs as ScheduleRun[]) {
    const { sigmas, timesteps } = schedule(published.schedule, run.steps, run.denoisingStrength);
    expectOutput(golden, run.sigmas, sigmas);
    expectOutput(golden, run.timesteps, timesteps);
  }
});

it.each(goldenNames('noise'))('%s', (name) => {
  const golden = readGolden(name);
  for (const { seed, shape, output } of golden.args.runs as NoiseRun[]) {
    expectOutput(
      golden,
      output,
      normals(
        seed,
        shape.reduce((count, side) => count * side, 1),
      ),
    );
  }
});

it.each(goldenNames('euler'))('%s', (name) => {
  const golden = readGolden(name);
  const { sigmas } = schedule(published.schedule, Number(golden.args.steps), Number(golden.args.denoisingStrength));
  let x = floats(golden, 'start');
  const trajectory = [...x];
  for (const [step, sigma] of sigmas.entries()) {
    const clean = golden.inputs.get('clean')?.data;
    const at = x;
    const velocity = clean
      ? at.map((value, index) => (value - (clean[index] ?? 0)) / sigma)
      : floats(golden, 'velocity');
    x = eulerStep(x, velocity, sigma, sigmas[step + 1] ?? 0);
    trajectory.push(...x);
  }
  expectOutput(golden, 'sigmas', sigmas);
  expectOutput(golden, 'trajectory', trajectory);
});

describe('dit-pieces', () => {
  const pieces: Record<string, (golden: Golden) => void> = {
    'image-ids': (golden) => {
      const { height, width } = planesOf(tensorOf(golden.inputs, 'latents'));
      expectOutput(golden, 'ids', imageIds([height, width], 2));
    },
    'editing-ids': (golden) => {
      const { height, width } = planesOf(tensorOf(golden.inputs, 'latents'));
      const [target, reference] = ['target_grid', 'reference_grid'].map((key) => gridOf(tensorOf(golden.inputs, key)));
      expectOutput(golden, 'ids', editingIds([height, width], target ?? [0, 0, 0], reference ?? null));
    },
    patchify: (golden) => {
      const latents = planesOf(tensorOf(golden.inputs, 'latents'));
      const tokens = patchify(latents, 2);
      expectOutput(golden, 'tokens', tokens);
      expect(unpatchify(tokens, latents, 2)).toEqual(latents);
    },
    rope: (golden) => {
      const { axes, theta } = golden.config as { axes: number[]; theta: number };
      const { cosines, sines } = axesRotary(floats(golden, 'ids'), axes, theta);
      expectOutput(golden, 'cos', cosines);
      expectOutput(golden, 'sin', sines);
    },
    'time-embedding': (golden) => {
      expectOutput(golden, 'sinusoid', sinusoid(floats(golden, 'value'), 256));
    },
    'guidance-embedding': (golden) => {
      const scaled = floats(golden, 'value').map((value) => value * 1000);
      expectOutput(golden, 'sinusoid', sinusoid(scaled, 256));
    },
  };
  const cases = goldenNames('dit-pieces').filter((name) => String(readGolden(name).args.piece) in pieces);

  it('has a case of each', () => {
    expect(new Set(cases.map((name) => readGolden(name).args.piece))).toEqual(new Set(Object.keys(pieces)));
  });

  it.each(cases)('%s', (name) => {
    const golden = readGolden(name);
    pieces[String(golden.args.piece)]?.(golden);
  });
});

it.each(goldenNames('merger'))('positions of %s', (name) => {
  const golden = readGolden(name);
  const grids = ['target_grid', 'reference_grid'].flatMap((key) => {
    const tensor = golden.inputs.get(key);
    return tensor ? [gridOf(tensor)] : [];
  });
  const { time, height, width } = mergerPositions(grids, published.merger);
  expectOutput(golden, 'positions', [...time, ...height, ...width]);
});

it.each(goldenNames('vae-decode'))('bytes of %s', (name) => {
  const golden = readGolden(name);
  expect([...rgbBytes(planesOf(tensorOf(golden.outputs, 'image')))]).toEqual([...tensorOf(golden.outputs, 'rgb').data]);
});

it.each(goldenNames('vae-encode'))('planes of %s', (name) => {
  const golden = readGolden(name);
  const { shape, data } = tensorOf(golden.inputs, 'rgb');
  const planes = rgbPlanes(Uint8Array.from(data), shape[0] ?? 0, shape[1] ?? 0);
  expectOutput(golden, 'image', planes.data);
});

it('starts from a picture as the reference does', () => {
  const golden = readGolden('sample-loop-from-latents');
  const { args } = golden;
  const { sigmas } = schedule(published.schedule, Number(args.steps), Number(args.denoisingStrength));
  const input = floats(golden, 'input_latents');
  const noise = normals(String(args.seed), input.length);
  expectOutput(golden, 'noise', noise);
  expectOutput(golden, 'start', partlyNoisy(input, noise, sigmas[0] ?? 0));
});

it('points to the clean picture, and guides away from the negative one', () => {
  const [clean, velocity] = [Float32Array.of(1, -2), Float32Array.of(0.5, 3)];
  const x = clean.map((value, index) => value + 0.25 * (velocity[index] ?? 0));
  expect(predictedClean(x, velocity, 0.25)).toEqual(clean);
  expect(guide(Float32Array.of(3), Float32Array.of(1), 3)).toEqual(Float32Array.of(7));
  expect(guide(Float32Array.of(3), Float32Array.of(1), 1)).toEqual(Float32Array.of(3));
});
