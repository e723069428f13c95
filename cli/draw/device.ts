/** Where the model runs: `--device` and `--threads`, and what a recipe that is repeated says of them. */
import type { Recipe } from '../../model/recipe/recipe.ts';
import { choice, UsageError } from '../command.ts';
import { threadsLimit } from '../ort.ts';
import { cores, usualThreads } from '../threads.ts';
import { wholeNumber } from './typed.ts';

export type Device = { readonly kind: 'webgpu' } | { readonly kind: 'wasm'; readonly threads: number };

/** What was typed; null threads where nothing was. */
export interface AskedDevice {
  readonly kind: Device['kind'];
  readonly threads: number | null;
}

/** @throws UsageError */
export function readDevice(values: { readonly device: string; readonly threads?: string | undefined }): AskedDevice {
  const kind = choice('device', values.device, ['wasm', 'webgpu']);
  const threads = wholeNumber('threads', values.threads, { low: 1, high: threadsLimit });
  if (kind === 'webgpu' && threads !== null) {
    throw new UsageError('--threads is of the processor: --device webgpu computes on the graphics card');
  }
  return { kind, threads };
}

/** The threads that were asked for, else those of the recipe as far as this machine has cores for them, else the usual ones. */
export function deviceFor({ kind, threads }: AskedDevice, recipe: Recipe | null): Device {
  if (kind === 'webgpu') return { kind };
  const repeated = recipe && threadsOf(recipe);
  return { kind, threads: threads ?? (repeated === null ? usualThreads : Math.min(repeated, cores)) };
}

/** The threads that a picture was computed with; null where that was not the processor. */
export function threadsOf({ device }: Recipe): number | null {
  return device.kind === 'wasm' ? (device.threads ?? 1) : null;
}
