/** The converter's quantiser against onnxruntime's own, which is to be had in Python alone, on the same tensor. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { compileKernel } from '../../cli/quantiser.ts';
import { QuantiseKernel } from '../../model/bundle/quantise-kernel.ts';
import { type RowBlock, storeRows } from '../../model/bundle/row-block.ts';
import { fail } from '../../model/failure.ts';
import { RandomWeights } from './random-weights.ts';
import { absentRow, type BenchRow, benchRow } from './row.ts';

/** [outputs, inputs] of a bfloat16 matrix. */
export type MatrixShape = readonly [rows: number, rowLength: number];

const script = fileURLToPath(new URL('./onnxruntime_quantiser.py', import.meta.url));
const answer = z.object({ seconds: z.array(z.number().positive()).min(1) });
/** What the script ends with where Python lacks a package. */
const lacking = 3;

/**
 * Megabytes of bfloat16 that each stores to 4 bits in a second of the processor, so that neither gains by its threads nor loses by
 * what else the machine does. onnxruntime is given float32 in the order it wants, ours reads what the checkpoint holds.
 *
 * @param folder for the tensor, which goes from one to the other as a file
 */
export async function benchQuantisers(
  [rows, rowLength]: MatrixShape,
  { folder, cases, python = 'python3' }: { readonly folder: string; readonly cases: number; readonly python?: string },
): Promise<readonly BenchRow[]> {
  const halves = bfloat16(new RandomWeights('0').rows('matrix', rows, rowLength, 1 / Math.sqrt(rowLength)));
  const rate = (seconds: number) => halves.byteLength / 1e6 / seconds;
  const own = (await ownSeconds({ bytes: new Uint8Array(halves.buffer), rows, rowLength }, cases)).map(rate);
  const file = join(folder, 'matrix.bfloat16');
  await writeFile(file, halves);
  const other = (await onnxruntimeSeconds(python, [file, String(rows), String(rowLength), String(cases)]))?.map(rate);
  const names = ['quantising to 4 bits', 'onnxruntime’s quantiser', 'quantising / onnxruntime’s'] as const;
  const measured = benchRow(names[0], 'MB/s', own);
  if (other === undefined) return [measured, absentRow(names[1], 'MB/s'), absentRow(names[2], '1')];
  const theirs = benchRow(names[1], 'MB/s', other);
  return [measured, theirs, benchRow(names[2], '1', [Number(measured.value) / Number(theirs.value)])];
}

/** The upper halves of float32 values. */
function bfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  return new Uint16Array(values.slice().buffer).filter((_, at) => at % 2 === 1);
}

async function ownSeconds(
  { bytes, rows, rowLength }: Pick<RowBlock, 'bytes' | 'rows' | 'rowLength'>,
  cases: number,
): Promise<readonly number[]> {
  const kernel = new QuantiseKernel(new WebAssembly.Instance(await compileKernel()).exports);
  /** As the converter cuts them. */
  const rowsAtOnce = Math.max(1, Math.floor(2 ** 21 / rowLength));
  const named = { file: '', tensor: '', type: 'bfloat16', precision: 'q4', rowLength } as const;
  const seconds: number[] = [];
  // The first turn compiles.
  for (let turn = 0; turn <= cases; turn += 1) {
    const before = process.cpuUsage();
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - row);
      const [begin, end] = [2 * row * rowLength, 2 * (row + count) * rowLength];
      storeRows(kernel, { ...named, bytes: bytes.subarray(begin, end), rows: count });
    }
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  }
  return seconds.slice(1);
}

/** Null where there is no Python with onnxruntime. */
async function onnxruntimeSeconds(python: string, argv: readonly string[]): Promise<readonly number[] | null> {
  try {
    const { stdout } = await promisify(execFile)(python, [script, ...argv]);
    return answer.parse(JSON.parse(stdout)).seconds;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === lacking) return null;
    return fail('BENCH_FAILED', { reason: error instanceof Error ? error.message : String(error) });
  }
}
