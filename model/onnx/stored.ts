/**
 * How a weight lies in a shard. Blocks run over 32 inputs of one output row, as com.microsoft MatMulNBits reads them:
 * 4-bit values two a byte, low half first; one float16 scale and one zero point a block.
 */
import { fail } from '../failure.ts';
import { type ElementType, elementBytes, type Precision, type WeightDeclaration } from './types.ts';

export const blockSize = 32;

export interface StoredTensor {
  /** The weight's name or its row block's, with `.q4`, `.q8`, `.scales` or `.zeros` behind it where it is quantised. */
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** A run of a weight's rows that is stored by itself, for most weights all of them. */
export interface StoredRowBlock {
  readonly firstRow: number;
  readonly rows: number;
  readonly tensors: readonly StoredTensor[];
}

/** A weight in blocks of so many rows; the last may have fewer. One that is a single block keeps the weight's name. */
export function rowBlocks(
  { name, shape: [outputs = 1, ...rest], role }: WeightDeclaration,
  precision: Precision,
  blockRows: number,
): readonly StoredRowBlock[] {
  const count = Math.max(1, Math.ceil(outputs / blockRows));
  return Array.from({ length: count }, (_, index) => {
    const firstRow = index * blockRows;
    const rows = Math.min(blockRows, outputs - firstRow);
    const block = { name: count === 1 ? name : `${name}.rows.${firstRow}`, shape: [rows, ...rest], role };
    return { firstRow, rows, tensors: blockTensors(block, precision) };
  });
}

/** The blocks that a graph reads a weight in: those that it was declared with, where it is quantised. */
export function storedRowBlocks(declaration: WeightDeclaration, precision: Precision): readonly StoredRowBlock[] {
  const [rows = 1] = declaration.shape;
  const isQuantised = precision === 'q4' || precision === 'q8';
  return rowBlocks(declaration, precision, isQuantised ? (declaration.blockRows ?? rows) : rows);
}

/** All tensors that hold a weight, block after block. */
export function storedTensors(declaration: WeightDeclaration, precision: Precision): readonly StoredTensor[] {
  return storedRowBlocks(declaration, precision).flatMap(({ tensors }) => tensors);
}

/**
 * The tensors that hold a row block of shape [outputs, inputs].
 * q4: [outputs, blocks, 16] and zeros [outputs, ceil(blocks / 2)]; q8: [outputs, blocks, 32] and zeros [outputs, blocks].
 * Throws GRAPH_SHAPE where a quantised weight is no matrix or its inputs are no multiple of 32.
 */
function blockTensors(declaration: WeightDeclaration, precision: Precision): readonly StoredTensor[] {
  const { name, shape } = declaration;
  if (precision === 'float32' || precision === 'float16') return [{ name, type: precision, shape }];
  const [outputs, inputs] = shape;
  if (shape.length !== 2 || outputs === undefined || inputs === undefined || inputs % blockSize !== 0) {
    fail('GRAPH_SHAPE', { at: name, expected: `[n, multiple of ${blockSize}] for ${precision}`, actual: `[${shape}]` });
  }
  const blocks = inputs / blockSize;
  const bits = precision === 'q4' ? 4 : 8;
  return [
    { name: `${name}.${precision}`, type: 'uint8', shape: [outputs, blocks, (blockSize * bits) / 8] },
    { name: `${name}.scales`, type: 'float16', shape: [outputs, blocks] },
    { name: `${name}.zeros`, type: 'uint8', shape: [outputs, Math.ceil((blocks * bits) / 8)] },
  ];
}

export function storedBytes(tensor: StoredTensor): number {
  return tensor.shape.reduce((product, size) => product * size, elementBytes[tensor.type]);
}
