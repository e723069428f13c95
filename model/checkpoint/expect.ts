import { fail } from '../failure.ts';
import type { ModelKind, TensorDifference } from '../recognised.ts';
import { isWeightType, shapeText } from './element-types.ts';
import { recogniseModel } from './recognise.ts';
import type { TensorSource } from './tensors.ts';

/** A tensor that a piece of the model needs. */
export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

const shownDifferences = 3;

/**
 * Checks that a checkpoint holds every expected tensor in its shape and as weights. Tensors nobody asks for are allowed.
 *
 * @throws MODEL_MISMATCH with what the file looks like and the first three differences
 */
export function expectTensors(source: TensorSource, wanted: ModelKind, expected: readonly ExpectedTensor[]): void {
  const differences = expected.flatMap((tensor) => difference(source, tensor) ?? []);
  if (differences.length === 0) return;
  fail('MODEL_MISMATCH', {
    file: source.name,
    looksLike: recogniseModel(source.list().map((tensor) => tensor.name)),
    expected: wanted,
    differences: differences.slice(0, shownDifferences),
    count: differences.length,
  });
}

function difference(source: TensorSource, expected: ExpectedTensor): TensorDifference | undefined {
  const { name } = expected;
  const info = source.find(name);
  if (info === undefined) return { tensor: name, problem: 'missing' };
  const sameShape =
    info.shape.length === expected.shape.length && info.shape.every((size, axis) => size === expected.shape[axis]);
  if (!sameShape) {
    return { tensor: name, problem: 'shape', expected: shapeText(expected.shape), actual: shapeText(info.shape) };
  }
  return isWeightType(info.type) ? undefined : { tensor: name, problem: 'type', actual: info.type };
}
