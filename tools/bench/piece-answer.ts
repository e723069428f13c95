/** What a piece with a q4 bundle's weights, made from a seed, answers on a device. */
import { precisionOf } from '../../model/bundle/precision.ts';
import { fail } from '../../model/failure.ts';
import { exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { outputsOf } from './deviation.ts';
import { allPieces, type PieceSizes } from './pieces.ts';
import { RandomWeights } from './random-weights.ts';

const bundled: GraphOptions = { ...exactOptions, precision: precisionOf('q4') };

export interface AskedPiece {
  readonly sizes: PieceSizes;
  /** The name that the piece has among all. */
  readonly piece: string;
  readonly seed: string;
}

export async function answerOf(
  runtime: Runtime,
  { sizes, piece: name, seed }: AskedPiece,
): Promise<readonly Float32Array[]> {
  const piece = allPieces(sizes).find((each) => each.name === name);
  if (piece === undefined) return fail('UNEXPECTED', { message: `there is no piece ${name}` });
  return outputsOf(runtime, piece, new RandomWeights(seed), bundled);
}
