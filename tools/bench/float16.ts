/**
 * What float16 activations do to every piece's outputs, on a device that computes in float16: the graphs a bundle has for
 * such a device against the float32 ones, both on that device.
 */
import { exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { type Deviation, deviation, deviationRows, outputsOf } from './deviation.ts';
import { benchPieces, type PieceSizes } from './pieces.ts';
import { RandomWeights } from './random-weights.ts';
import type { BenchRow, Done } from './row.ts';

const fullOptions: GraphOptions = { ...exactOptions, weights: 'input' };
const halfOptions: GraphOptions = { ...fullOptions, activations: 'float16', precision: () => 'float16' };

/** Cosine and relative error of every piece's outputs; absent on a device without float16. */
export async function benchFloat16(
  runtime: Runtime,
  sizes: PieceSizes,
  cases: number,
  done: Done,
): Promise<readonly BenchRow[]> {
  const pieces = benchPieces(sizes);
  if (runtime.report.activations !== 'float16') return pieces.flatMap(({ name }) => deviationRows(name, []));
  const measured = new Map<string, Deviation[]>(pieces.map(({ name }) => [name, []]));
  for (let index = 0; index < cases; index += 1) {
    const weights = new RandomWeights(String(index));
    for (const [at, piece] of pieces.entries()) {
      const reference = await outputsOf(runtime, piece, weights, fullOptions);
      measured.get(piece.name)?.push(deviation(await outputsOf(runtime, piece, weights, halfOptions), reference));
      done(index * pieces.length + at + 1, pieces.length * cases);
    }
  }
  return [...measured].flatMap(([name, found]) => deviationRows(name, found));
}
