/** A table of a bundle as rows of float32: token embeddings and prefill rows are looked up on the host. */
import { decodeWeights, halves } from '../checkpoint/decode.ts';
import { fail } from '../failure.ts';
import type { ManifestTensor } from './manifest.ts';
import { type Bits, dequantiseRows } from './quantise.ts';

/** Reads bytes [offset, offset + length) of a tensor. */
export type ReadRange = (tensor: ManifestTensor, offset: number, length: number) => Promise<Uint8Array>;

/** The tensors of one row block by what stands behind the table's name: '' or `.q8`, `.scales`, `.zeros`. */
interface RowBlock {
  readonly firstRow: number;
  readonly rows: number;
  readonly tensors: ReadonlyMap<string, ManifestTensor>;
}

export class RowTable {
  readonly rows: number;
  readonly width: number;
  private readonly blocks: readonly RowBlock[];
  private readonly readRange: ReadRange;

  /**
   * @param tensors all tensors of the table's part
   * @throws BUNDLE_LACKS where they do not make up the table
   */
  constructor(part: string, name: string, tensors: readonly ManifestTensor[], readRange: ReadRange) {
    this.blocks = rowBlocks(part, name, tensors);
    this.readRange = readRange;
    this.rows = this.blocks.reduce((sum, { rows }) => sum + rows, 0);
    const [first] = this.blocks;
    this.width = first === undefined ? 0 : rowWidth(first);
  }

  /** Rows [first, first + count) as float32 [count, width]. Throws TENSOR_BOUNDS outside the table. */
  async read(first: number, count: number): Promise<Float32Array> {
    if (!(first >= 0 && count >= 0 && first + count <= this.rows)) {
      fail('TENSOR_BOUNDS', { file: 'bundle', tensor: `row ${first}` });
    }
    const values = new Float32Array(count * this.width);
    for (const block of this.blocks) {
      const begin = Math.max(first, block.firstRow);
      const end = Math.min(first + count, block.firstRow + block.rows);
      if (begin >= end) continue;
      const rows = await this.readBlock(block, begin - block.firstRow, end - begin);
      values.set(rows, (begin - first) * this.width);
    }
    return values;
  }

  /** The rows of these ids as float32 [ids, width]; neighbours are read at once. */
  async gather(ids: ArrayLike<number>): Promise<Float32Array> {
    const values = new Float32Array(ids.length * this.width);
    const distinct = [...new Set(Array.from(ids))].sort((left, right) => left - right);
    const rows = new Map<number, Float32Array>();
    for (let at = 0; at < distinct.length; ) {
      const first = distinct[at] ?? 0;
      let count = 1;
      while (distinct[at + count] === first + count) count += 1;
      const read = await this.read(first, count);
      for (let row = 0; row < count; row += 1) {
        rows.set(first + row, read.subarray(row * this.width, (row + 1) * this.width));
      }
      at += count;
    }
    for (let index = 0; index < ids.length; index += 1) {
      const row = rows.get(ids[index] ?? -1);
      if (row !== undefined) values.set(row, index * this.width);
    }
    return values;
  }

  private async readBlock(block: RowBlock, first: number, count: number): Promise<Float32Array> {
    const rowsOf = (suffix: string) => this.rowBytes(block, suffix, first, count);
    const plain = block.tensors.get('');
    if (plain?.type === 'float32' || plain?.type === 'float16') {
      return decodeWeights(plain.type, await rowsOf(''));
    }
    const bits: Bits = block.tensors.has('.q4') ? 4 : 8;
    const packed = await rowsOf(`.q${bits}`);
    const scales = halves(await rowsOf('.scales'));
    const zeros = await rowsOf('.zeros');
    return dequantiseRows({ packed, scales, zeros }, count, this.width, bits);
  }

  private rowBytes(block: RowBlock, suffix: string, first: number, count: number): Promise<Uint8Array> {
    const tensor = block.tensors.get(suffix);
    if (tensor === undefined) return fail('BUNDLE_LACKS', { part: 'table', name: suffix });
    const bytes = tensor.bytes / block.rows;
    return this.readRange(tensor, first * bytes, count * bytes);
  }
}

const suffixes = ['', '.q4', '.q8', '.scales', '.zeros'];

function rowBlocks(part: string, name: string, tensors: readonly ManifestTensor[]): readonly RowBlock[] {
  const byFirstRow = new Map<number, Map<string, ManifestTensor>>();
  for (const tensor of tensors) {
    if (!tensor.name.startsWith(name)) continue;
    const [, block = '0', suffix = ''] = /^(?:\.rows\.(\d+))?(.*)$/.exec(tensor.name.slice(name.length)) ?? [];
    if (!suffixes.includes(suffix)) continue;
    const known = byFirstRow.get(Number(block)) ?? new Map<string, ManifestTensor>();
    byFirstRow.set(Number(block), known.set(suffix, tensor));
  }
  const blocks: RowBlock[] = [];
  let rows = 0;
  for (const [firstRow, found] of [...byFirstRow].sort(([left], [right]) => left - right)) {
    const [tensor] = found.values();
    const count = tensor?.shape[0] ?? 0;
    const equal = [...found.values()].every(({ shape }) => shape[0] === count);
    if (firstRow !== rows || count === 0 || !equal) fail('BUNDLE_LACKS', { part, name: `${name} row ${rows}` });
    blocks.push({ firstRow, rows: count, tensors: found });
    rows += count;
  }
  return blocks.length > 0 ? blocks : fail('BUNDLE_LACKS', { part, name });
}

/** Values of a row, from whichever tensor holds them. */
function rowWidth({ tensors }: RowBlock): number {
  const values = (tensor: ManifestTensor) => tensor.shape.slice(1).reduce((product, size) => product * size, 1);
  const plain = tensors.get('') ?? tensors.get('.q8');
  if (plain !== undefined) return values(plain);
  const packed = tensors.get('.q4');
  return packed === undefined ? 0 : 2 * values(packed);
}
