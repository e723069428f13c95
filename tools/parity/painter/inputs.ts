import type { Planes } from '../../../model/diffusion/latents.ts';
import { fail } from '../../../model/failure.ts';
import type { Runtime } from '../../../workers/gpu/runtime.ts';
import { type HostTensor, hostTensor } from '../../../workers/gpu/runtime.ts';
import { Pace } from '../../../workers/painter/pace.ts';
import type { ImageEmbeddings } from '../../../workers/protocol.ts';
import type { GoldenCase } from '../component.ts';
import { float32Input, gridOf, input, int32Input } from '../language/inputs.ts';

/** An input [1, C, H, W]. */
export function planesInput(golden: GoldenCase, name: string): Planes {
  const [, channels = 0, height = 0, width = 0] = input(golden, name).shape;
  return { channels, height, width, data: float32Input(golden, name) };
}

export function planesTensor({ channels, height, width, data }: Planes): HostTensor {
  return hostTensor('float32', [1, channels, height, width], data);
}

export function vector(values: Float32Array): HostTensor {
  return hostTensor('float32', [values.length], values);
}

/** The embeddings NAME with their grid NAME_grid; [1, 18, 18] where the case names none. */
export function embeddingsInput(golden: GoldenCase, name: string): ImageEmbeddings {
  const [, hidden = 0] = input(golden, name).shape;
  const grid = golden.inputs.has(`${name}_grid`) ? gridOf(int32Input(golden, `${name}_grid`)) : ([1, 18, 18] as const);
  return { data: float32Input(golden, name), hidden, grid };
}

export function stringArgument(golden: GoldenCase, name: string): string {
  const value = golden.args[name];
  return typeof value === 'string' ? value : fail('UNEXPECTED', { message: `args.${name} is no string` });
}

/** A list of objects among the case's arguments; empty where there is none. */
export function listArgument(golden: GoldenCase, name: string): readonly unknown[] {
  const value = golden.args[name];
  return Array.isArray(value) ? value : [];
}

/** Nobody stops a golden case. */
export function unhurried(runtime: Runtime): Pace {
  return new Pace(runtime, new AbortController().signal);
}
