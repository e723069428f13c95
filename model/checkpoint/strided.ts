import { rowCount } from './tensors.ts';

/** How a torch tensor lies in its storage; offset and strides count elements. */
export interface StridedLayout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Whether the elements lie one after another in row-major order; axes of one entry may have any stride. */
export function isContiguous({ shape, strides }: StridedLayout): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** First and one-past-last element of the storage that these rows touch. Sizes are at least one. */
export function elementSpan(layout: StridedLayout, firstRow: number, rows: number): { begin: number; end: number } {
  const begin = layout.offset + firstRow * (layout.strides[0] ?? 0);
  let last = begin;
  for (const [axis, size] of layout.shape.entries()) {
    last += ((axis === 0 ? rows : size) - 1) * (layout.strides[axis] ?? 0);
  }
  return { begin, end: last + 1 };
}

/** Copies rows of a tensor out of `span`, the bytes from the rows' first element on, into row-major order. */
export function gatherRows(layout: StridedLayout, rows: number, bytesPerElement: number, span: Uint8Array): Uint8Array {
  const shape = layout.shape.length === 0 ? [] : [rows, ...layout.shape.slice(1)];
  const count = shape.reduce((product, size) => product * size, 1);
  const gathered = new Uint8Array(count * bytesPerElement);
  const position = shape.map(() => 0);
  let from = 0;
  for (let element = 0; element < count; element += 1) {
    for (let byte = 0; byte < bytesPerElement; byte += 1) {
      gathered[element * bytesPerElement + byte] = span[from * bytesPerElement + byte] ?? 0;
    }
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const stride = layout.strides[axis] ?? 0;
      const next = (position[axis] ?? 0) + 1;
      from += stride;
      if (next < (shape[axis] ?? 1)) {
        position[axis] = next;
        break;
      }
      position[axis] = 0;
      from -= next * stride;
    }
  }
  return gathered;
}

/** Whether these are the last rows of the tensor. */
export function reachesEnd(layout: StridedLayout, firstRow: number, rows: number): boolean {
  return firstRow + rows === rowCount(layout.shape);
}
