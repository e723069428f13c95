/** What quantised weights do to every piece's outputs, by the precisions a bundle has (`precisionOf`). */
import { type BundlePrecision, bundlePrecisions, precisionOf } from '../../model/bundle/precision.ts';
import { exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { type Deviation, deviation, deviationRows, outputsOf } from './deviation.ts';
import { type BenchPiece, benchPieces, type PieceSizes } from './pieces.ts';
import { RandomWeights } from './random-weights.ts';
import type { BenchRow, Done } from './row.ts';

/**
 * Cosine and relative error of every piece's outputs for q4, q8 and f16.
 *
 * @param cases seeds to measure with
 */
export async function benchQuantisation(
  runtime: Runtime,
  sizes: PieceSizes,
  cases: number,
  done: Done,
): Promise<readonly BenchRow[]> {
  const pieces = benchPieces(sizes);
  const measured = new Map<string, Deviation[]>();
  for (let index = 0; index < cases; index += 1) {
    const weights = new RandomWeights(String(index));
    for (const [at, piece] of pieces.entries()) {
      for (const [precision, found] of await deviations(runtime, piece, weights)) {
        const key = `${piece.name}, ${precision}`;
        measured.set(key, [...(measured.get(key) ?? []), found]);
      }
      done(index * pieces.length + at + 1, cases * pieces.length);
    }
  }
  return [...measured].flatMap(([key, found]) => deviationRows(key, found));
}

const fed: GraphOptions = { ...exactOptions, weights: 'input' };

async function deviations(
  runtime: Runtime,
  piece: BenchPiece,
  weights: RandomWeights,
): Promise<ReadonlyMap<BundlePrecision, Deviation>> {
  const reference = await outputsOf(runtime, piece, weights, fed);
  const found = new Map<BundlePrecision, Deviation>();
  for (const precision of bundlePrecisions) {
    const options = { ...fed, precision: precisionOf(precision) };
    found.set(precision, deviation(await outputsOf(runtime, piece, weights, options), reference));
  }
  return found;
}
