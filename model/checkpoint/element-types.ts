import { fail } from '../failure.ts';

/**
 * Element types a checkpoint may hold, with their bytes; those of 4 and 6 bits are packed. All are listed by `inspect`, only
 * three are read as weights. Names follow the OCP formats; torch counts a pair of 4-bit values as one element.
 */
export const elementTypeBytes = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float8_e4m3: 1,
  float8_e5m2: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0: 1,
  float6_e2m3: 0.75,
  float6_e3m2: 0.75,
  float4_e2m1: 0.5,
  float4_e2m1_x2: 1,
  complex64: 8,
  complex128: 16,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
} as const;

export type CheckpointElementType = keyof typeof elementTypeBytes;

/** Types that weights are published in. */
export type WeightElementType = 'float32' | 'float16' | 'bfloat16';

export function isWeightType(type: CheckpointElementType): type is WeightElementType {
  return type === 'float32' || type === 'float16' || type === 'bfloat16';
}

/** More axes than any weight has; a longer list is an attack on the arithmetic. */
const axisLimit = 16;

/** Elements of a shape, or undefined where a size is no whole number or the product is no exact count (above 2^53). */
export function elementCount(shape: readonly number[]): number | undefined {
  if (shape.length > axisLimit) return undefined;
  let count = 1n;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    count *= BigInt(size);
  }
  return count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : undefined;
}

/** A shape as people write it: "4096 × 3584", and "scalar" for a single value. */
export function shapeText(shape: readonly unknown[]): string {
  if (shape.length === 0) return 'scalar';
  const shown = shape.slice(0, axisLimit).map((size) => String(size).slice(0, 24));
  return shown.join(' × ') + (shape.length > axisLimit ? ' × …' : '');
}

/** The weight type, or TENSOR_TYPE where the tensor holds something else. */
export function requireWeightType(file: string, tensor: string, type: CheckpointElementType): WeightElementType {
  return isWeightType(type) ? type : fail('TENSOR_TYPE', { file, tensor, type });
}
