import { fail } from '../failure.ts';
import { decodeWeights } from './decode.ts';
import { type CheckpointElementType, requireWeightType, type WeightElementType } from './element-types.ts';

/** A tensor as a checkpoint lists it. */
export interface TensorInfo {
  readonly name: string;
  readonly type: CheckpointElementType;
  readonly shape: readonly number[];
}

/** Values as a checkpoint stores them: row-major, little-endian. */
export interface StoredValues {
  readonly type: WeightElementType;
  readonly bytes: Uint8Array;
}

/** Named tensors, wherever they are stored: one file, shards of a folder, or another source under other names. */
export interface TensorSource {
  /** Shown to a person in failures: a file or folder name. */
  readonly name: string;
  /** What the file says of itself, where it is one that can. */
  readonly metadata?: ReadonlyMap<string, string>;
  /** In the order of the file. */
  list(): readonly TensorInfo[];
  find(name: string): TensorInfo | undefined;
  /** All values, row-major. Throws TENSOR_MISSING, TENSOR_TYPE, and whatever the file's format finds wrong. */
  read(name: string): Promise<Float32Array>;
  /** The values of `rows` entries of the first axis from `firstRow` on, so that a large table is never whole in memory. */
  readRows(name: string, firstRow: number, rows: number): Promise<Float32Array>;
  /** The same rows as they are stored, for whoever decodes them elsewhere. */
  readStored(name: string, firstRow: number, rows: number): Promise<StoredValues>;
}

/** A tensor with the way to its bytes. */
export interface StoredTensor {
  readonly info: TensorInfo;
  /** Row-major little-endian bytes of these rows. */
  readRows(firstRow: number, rows: number): Promise<Uint8Array>;
}

/** Entries of the first axis; a scalar is one row. */
export function rowCount(shape: readonly number[]): number {
  return shape[0] ?? 1;
}

/** Elements of one row. */
export function rowLength(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}

/** A tensor source over stored tensors, which are already checked against their file. */
export function tensorSource(name: string, stored: readonly StoredTensor[]): TensorSource {
  const byName = new Map(stored.map((tensor) => [tensor.info.name, tensor]));

  function require(tensorName: string): StoredTensor {
    return byName.get(tensorName) ?? fail('TENSOR_MISSING', { file: name, tensor: tensorName });
  }

  async function readStored(tensorName: string, firstRow: number, rows: number): Promise<StoredValues> {
    const tensor = require(tensorName);
    const type = requireWeightType(name, tensorName, tensor.info.type);
    const inside = firstRow >= 0 && rows >= 0 && firstRow + rows <= rowCount(tensor.info.shape);
    if (!inside) fail('TENSOR_BOUNDS', { file: name, tensor: tensorName });
    return { type, bytes: await tensor.readRows(firstRow, rows) };
  }

  async function readRows(tensorName: string, firstRow: number, rows: number): Promise<Float32Array> {
    const { type, bytes } = await readStored(tensorName, firstRow, rows);
    return decodeWeights(type, bytes);
  }

  return {
    name,
    list: () => stored.map((tensor) => tensor.info),
    find: (tensorName) => byName.get(tensorName)?.info,
    read: (tensorName) => readRows(tensorName, 0, rowCount(require(tensorName).info.shape)),
    readRows,
    readStored,
  };
}
