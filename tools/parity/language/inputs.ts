import { type Grid, readVisionConfig } from '../../../model/config/vision.ts';
import { fail } from '../../../model/failure.ts';
import type { RgbImage } from '../../../model/image/pixels.ts';
import type { Positions } from '../../../model/tables/token-positions.ts';
import { type HostTensor, hostTensor } from '../../../workers/gpu/runtime.ts';
import type { GoldenCase } from '../component.ts';

/** An input of the case; its absence fails the case. */
export function input(golden: GoldenCase, name: string): HostTensor {
  return golden.inputs.get(name) ?? fail('TENSOR_MISSING', { file: 'io.safetensors', tensor: `in.${name}` });
}

export function int32Input(golden: GoldenCase, name: string): Int32Array {
  const { data } = input(golden, name);
  return data instanceof Int32Array ? data : wrongType(name);
}

export function float32Input(golden: GoldenCase, name: string): Float32Array {
  const { data } = input(golden, name);
  return data instanceof Float32Array ? data : wrongType(name);
}

function wrongType(name: string): never {
  return fail('TENSOR_TYPE', { file: 'io.safetensors', tensor: `in.${name}`, type: 'another type' });
}

/** The rows of `grid_thw`, [time, height, width] in patches each; none where the case has no image. */
export function grids(golden: GoldenCase): readonly Grid[] {
  if (!golden.inputs.has('grid_thw')) return [];
  const values = int32Input(golden, 'grid_thw');
  return Array.from({ length: values.length / 3 }, (_, image) => gridOf(values.subarray(3 * image, 3 * image + 3)));
}

/** [time, height, width] from three numbers. */
export function gridOf(values: unknown): Grid {
  const [time, height, width] = Array.isArray(values) || values instanceof Int32Array ? values : [];
  if (typeof time === 'number' && typeof height === 'number' && typeof width === 'number') return [time, height, width];
  return fail('UNEXPECTED', { message: 'a grid is three numbers' });
}

export function uint8Input(golden: GoldenCase, name: string): Uint8Array {
  const { data } = input(golden, name);
  return data instanceof Uint8Array ? data : wrongType(name);
}

/** A picture given as uint8 [H, W, RGB]. */
export function imageInput(golden: GoldenCase, name: string): RgbImage {
  const [height = 0, width = 0] = input(golden, name).shape;
  return { height, width, data: uint8Input(golden, name) };
}

/** The pictures `image0`, `image1`, … of the case. */
export function imageInputs(golden: GoldenCase): readonly RgbImage[] {
  const count = [...golden.inputs.keys()].filter((name) => /^image\d+$/.test(name)).length;
  return Array.from({ length: count }, (_, image) => imageInput(golden, `image${image}`));
}

/** Patches on a side of a merged token. */
export function mergeSize(golden: GoldenCase): number {
  return readVisionConfig(memberOf(golden.config, 'vision_config') ?? {}).spatial_merge_size;
}

/** A whole number among the case's arguments, or null where it is not given. */
export function numberArgument(golden: GoldenCase, name: string): number | null {
  const value = golden.args[name];
  return typeof value === 'number' ? value : null;
}

/** The same where the case cannot do without it. */
export function requiredNumber(golden: GoldenCase, name: string): number {
  return numberArgument(golden, name) ?? fail('UNEXPECTED', { message: `args.${name} is no number` });
}

export function int32Rows(values: ArrayLike<number>, shape: readonly number[] = [values.length]): HostTensor {
  return hostTensor('int32', shape, Int32Array.from(values));
}

/** Rows of float32 values as [rows, width]. */
export function float32Rows(values: Float32Array, width: number): HostTensor {
  return hostTensor('float32', [values.length / width, width], values);
}

/** [(time, height, width), tokens] */
export function positionRows({ time, height, width }: Positions): HostTensor {
  return hostTensor('int32', [3, time.length], Int32Array.from([...time, ...height, ...width]));
}

/** Several runs of values as one. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** A key of parsed JSON, or undefined where there is none. */
export function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
