import type { HostTensor, TensorData } from '../../workers/gpu/runtime.ts';
import type { ExpectedTensor } from './case-file.ts';

/** What a comparison of two tensors of one shape measured; `cosine` is null where the reference is all zero. */
export interface Measured {
  readonly maxAbs: number;
  readonly meanAbs: number;
  readonly cosine: number | null;
  /** Same values, signs of zero included. */
  readonly identical: boolean;
  /** The first element that is NaN or infinite where the reference is not that same value, else −1. */
  readonly strange: number;
}

export interface Verdict {
  readonly measured: Measured | null;
  /** Null when everything holds. */
  readonly reason: string | null;
}

/** Judges one output tensor by what its case allows: shape, type, no strange numbers, every key of the tolerance. */
export function compareTensor(
  actual: HostTensor | undefined,
  reference: HostTensor | undefined,
  wanted: ExpectedTensor,
): Verdict {
  const unfit = unfitReason(actual, reference, wanted);
  if (unfit !== null || actual === undefined || reference === undefined) return { measured: null, reason: unfit };
  const measured = measure(actual.data, reference.data);
  if (measured.strange >= 0) {
    return { measured, reason: `element ${measured.strange} is ${String(actual.data[measured.strange])}` };
  }
  const reasons = Object.entries(wanted.tolerance).map(([key, bound]) => brokenBound(key, bound, measured, wanted));
  const broken = reasons.filter((reason) => reason !== null);
  if (Object.keys(wanted.tolerance).length === 0) broken.push('the case gives no tolerance');
  return { measured, reason: broken.length === 0 ? null : broken.join('; ') };
}

function unfitReason(actual: HostTensor | undefined, reference: HostTensor | undefined, wanted: ExpectedTensor) {
  const wantedAs = `${wanted.dtype} [${wanted.shape.join(', ')}]`;
  if (reference === undefined) return 'the case has no reference for it';
  if (described(reference) !== wantedAs) return `the case says ${wantedAs}, its reference is ${described(reference)}`;
  if (actual === undefined) return 'missing';
  if (described(actual) !== wantedAs) return `expected ${wantedAs}, got ${described(actual)}`;
  if (actual.data.length !== reference.data.length) {
    return `expected ${reference.data.length} values, got ${actual.data.length}`;
  }
  return null;
}

function described(tensor: HostTensor): string {
  return `${tensor.type} [${tensor.shape.join(', ')}]`;
}

/** Accumulates in float64. Elements that are not finite in the reference must be the same value and count no further. */
export function measure(actual: TensorData, reference: TensorData): Measured {
  let maxAbs = 0;
  let total = 0;
  let dot = 0;
  let actualSquares = 0;
  let referenceSquares = 0;
  let identical = true;
  for (let index = 0; index < reference.length; index += 1) {
    const left = Number(actual[index]);
    const right = Number(reference[index]);
    if (!Object.is(left, right)) {
      identical = false;
      if (!Number.isFinite(left) || !Number.isFinite(right)) {
        return { maxAbs: Number.NaN, meanAbs: Number.NaN, cosine: null, identical, strange: index };
      }
    } else if (!Number.isFinite(right)) continue;
    const error = Math.abs(left - right);
    maxAbs = Math.max(maxAbs, error);
    total += error;
    dot += left * right;
    actualSquares += left * left;
    referenceSquares += right * right;
  }
  const norms = Math.sqrt(actualSquares) * Math.sqrt(referenceSquares);
  const cosine = referenceSquares === 0 ? null : norms === 0 ? 0 : dot / norms;
  return { maxAbs, meanAbs: reference.length === 0 ? 0 : total / reference.length, cosine, identical, strange: -1 };
}

function brokenBound(key: string, bound: number, measured: Measured, wanted: ExpectedTensor): string | null {
  const exact = wanted.tolerance.maxAbs === 0;
  switch (key) {
    case 'maxAbs':
      if (exact) return measured.identical ? null : `not equal (max abs error ${format(measured.maxAbs)})`;
      return measured.maxAbs <= bound ? null : `max abs error ${format(measured.maxAbs)} > ${bound}`;
    case 'meanAbs':
      return measured.meanAbs <= bound ? null : `mean abs error ${format(measured.meanAbs)} > ${bound}`;
    case 'cosine':
      if (exact || measured.cosine === null) return null;
      return measured.cosine >= bound ? null : `cosine ${format(measured.cosine)} < ${bound}`;
    default:
      return `unknown tolerance ${key}`;
  }
}

function format(value: number): string {
  return value.toPrecision(6);
}
