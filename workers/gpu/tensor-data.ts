/** Tensors' plain data: sizes, zeros, and what onnxruntime answers as our own types. */
import type { Tensor as OrtTensor } from 'onnxruntime-web';
import { fromFloat16 } from '../../model/checkpoint/decode.ts';
import { fail } from '../../model/failure.ts';
import type { ElementType } from '../../model/onnx/types.ts';
import type { TensorData } from './runtime.ts';

export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function emptyData(type: ElementType, count: number): TensorData {
  switch (type) {
    case 'float32':
      return new Float32Array(count);
    case 'float16':
      return new Uint16Array(count);
    case 'int32':
      return new Int32Array(count);
    case 'int64':
      return new BigInt64Array(count);
    case 'uint8':
    case 'bool':
      return new Uint8Array(count);
  }
}

/** Bytes as an array of a type's elements, without a copy where their alignment allows it. */
export function viewAs(type: ElementType, bytes: Uint8Array): TensorData {
  const empty = emptyData(type, 0);
  const aligned = bytes.byteOffset % empty.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  const count = aligned.byteLength / empty.BYTES_PER_ELEMENT;
  const { buffer, byteOffset } = aligned;
  if (empty instanceof Float32Array) return new Float32Array(buffer, byteOffset, count);
  if (empty instanceof Uint16Array) return new Uint16Array(buffer, byteOffset, count);
  if (empty instanceof Int32Array) return new Int32Array(buffer, byteOffset, count);
  if (empty instanceof BigInt64Array) return new BigInt64Array(buffer, byteOffset, count);
  return new Uint8Array(buffer, byteOffset, count);
}

/** Bytes of a stored tensor as the values an input takes: float16 is widened for a graph that computes in float32. */
export function fedValues(type: ElementType, shape: readonly number[], bytes: Uint8Array): TensorData {
  const narrow = type === 'float32' && bytes.length === 2 * countOf(shape);
  const values = viewAs(narrow ? 'float16' : type, bytes);
  return narrow && values instanceof Uint16Array ? fromFloat16(values) : values;
}

const known: readonly string[] = ['float32', 'float16', 'uint8', 'int32', 'int64', 'bool'];

function isElementType(type: string): type is ElementType {
  return known.includes(type);
}

/** A result's type as one of ours. */
export function elementTypeOf({ type }: Pick<OrtTensor, 'type'>): ElementType {
  return isElementType(type) ? type : fail('UNEXPECTED', { message: `a tensor of ${type}` });
}

/** A result of onnxruntime that lies in memory; float16 as its bits, whether or not the browser has Float16Array. */
export function dataOf(result: OrtTensor): { readonly type: ElementType; readonly data: TensorData } {
  const type = elementTypeOf(result);
  const { data } = result;
  if (!ArrayBuffer.isView(data)) return fail('UNEXPECTED', { message: 'a tensor that is not in memory' });
  return { type, data: viewAs(type, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) };
}
