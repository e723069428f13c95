import { published } from '../../../model/config/published.table.ts';
import { eulerStep } from '../../../model/diffusion/euler.ts';
import { normals } from '../../../model/diffusion/noise.ts';
import { schedule as makeSchedule } from '../../../model/diffusion/schedule.ts';
import { fail } from '../../../model/failure.ts';
import { type HostTensor, hostTensor } from '../../../workers/gpu/runtime.ts';
import type { Component } from '../component.ts';
import { float32Input, input, joined, memberOf, requiredNumber } from '../language/inputs.ts';
import { listArgument, stringArgument, vector } from './inputs.ts';

export const schedule: Component = async (golden) => {
  const outputs = new Map<string, HostTensor>();
  for (const run of listArgument(golden, 'runs')) {
    const { sigmas, timesteps } = makeSchedule(
      published.schedule,
      Number(memberOf(run, 'steps')),
      Number(memberOf(run, 'denoisingStrength')),
    );
    outputs.set(String(memberOf(run, 'sigmas')), vector(sigmas));
    outputs.set(String(memberOf(run, 'timesteps')), vector(timesteps));
  }
  return { outputs, computedBy: 'plain' };
};

export const noise: Component = async (golden) => {
  const outputs = new Map<string, HostTensor>();
  for (const run of listArgument(golden, 'runs')) {
    const shape = memberOf(run, 'shape');
    if (!Array.isArray(shape)) return fail('UNEXPECTED', { message: 'a run has a shape' });
    const sizes = shape.map(Number);
    const count = sizes.reduce((product, size) => product * size, 1);
    const values = normals(String(memberOf(run, 'seed')), count);
    outputs.set(String(memberOf(run, 'output')), hostTensor('float32', sizes, values));
  }
  return { outputs, computedBy: 'plain' };
};

export const euler: Component = async (golden) => {
  const { sigmas } = makeSchedule(
    published.schedule,
    requiredNumber(golden, 'steps'),
    requiredNumber(golden, 'denoisingStrength'),
  );
  const constant = stringArgument(golden, 'velocity') === 'constant' ? float32Input(golden, 'velocity') : null;
  const velocityAt = (x: Float32Array, sigma: number) => {
    if (constant) return constant;
    const clean = float32Input(golden, 'clean');
    return x.map((value, index) => (value - (clean[index] ?? 0)) / sigma);
  };
  let x = float32Input(golden, 'start');
  const trajectory = [x];
  for (const [step, sigma] of sigmas.entries()) {
    x = eulerStep(x, velocityAt(x, sigma), sigma, sigmas[step + 1] ?? 0);
    trajectory.push(x);
  }
  const shape = [trajectory.length, ...input(golden, 'start').shape];
  const outputs = new Map([
    ['trajectory', hostTensor('float32', shape, joined(trajectory))],
    ['sigmas', vector(sigmas)],
  ]);
  return { outputs, computedBy: 'plain' };
};
