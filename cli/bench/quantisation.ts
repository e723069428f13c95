/** What quantised weights cost: each piece with stored weights against itself in float32, on random normal weights. */
import { type BundlePrecision, bundlePrecisions, precisionOf } from '../../model/bundle/plan.ts';
import { type BuiltGraph, exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import type { Value } from '../../model/onnx/types.ts';
import { multimodalRotary } from '../../model/pieces/rotary-tables.ts';
import { textPositions } from '../../model/text/positions.ts';
import { type HostTensor, hostTensor, type Runtime } from '../../workers/gpu/runtime.ts';
import { fedValues } from '../../workers/gpu/tensor-data.ts';
import { float32Of } from '../../workers/language/model.ts';
import { type BenchPiece, benchPieces, type PieceSizes } from './pieces.ts';
import { RandomWeights } from './random-weights.ts';
import { type BenchRow, benchRow } from './row.ts';

/** Tokens, or patches, of every input; a multiple of four, so that patches merge. */
const tokens = 24;

interface Deviation {
  readonly cosine: number;
  /** Length of the difference by length of the float32 output. */
  readonly relative: number;
}

/**
 * Cosine and relative error of every piece's outputs for q4, q8 and f16, by the precisions a bundle has (`precisionOf`).
 *
 * @param cases seeds to measure with
 * @param done told how many of cases · pieces are measured
 */
export async function benchQuantisation(
  runtime: Runtime,
  sizes: PieceSizes,
  cases: number,
  done: (count: number, total: number) => void,
): Promise<readonly BenchRow[]> {
  const pieces = benchPieces(sizes);
  const measured = new Map<string, Deviation[]>();
  for (let index = 0; index < cases; index += 1) {
    const weights = new RandomWeights(String(index));
    for (const [at, piece] of pieces.entries()) {
      for (const [precision, deviation] of await deviations(runtime, piece, weights)) {
        const key = `${piece.name}, ${precision}`;
        measured.set(key, [...(measured.get(key) ?? []), deviation]);
      }
      done(index * pieces.length + at + 1, cases * pieces.length);
    }
  }
  return [...measured].flatMap(([key, found]) => [
    benchRow(
      `${key}, cosine`,
      '1',
      found.map(({ cosine }) => cosine),
    ),
    benchRow(
      `${key}, relative error`,
      '1',
      found.map(({ relative }) => relative),
    ),
  ]);
}

async function deviations(
  runtime: Runtime,
  piece: BenchPiece,
  weights: RandomWeights,
): Promise<ReadonlyMap<BundlePrecision, Deviation>> {
  const reference = await outputsOf(runtime, piece, weights, exactOptions);
  const found = new Map<BundlePrecision, Deviation>();
  for (const precision of bundlePrecisions) {
    const options = { ...exactOptions, precision: precisionOf(precision) };
    found.set(precision, deviation(await outputsOf(runtime, piece, weights, options), reference));
  }
  return found;
}

/** Weights are fed, because a session that owned them would fold and pack copies: the largest piece has 1.4 GB of float32. */
async function outputsOf(
  runtime: Runtime,
  piece: BenchPiece,
  weights: RandomWeights,
  options: GraphOptions,
): Promise<readonly Float32Array[]> {
  const graph = piece.build({ ...options, weights: 'input' });
  // What a cache keeps is seen in the hidden states already.
  const names = graph.outputs.map(({ name }) => name).filter((name) => !name.startsWith('present.'));
  const program = await runtime.build(graph, async () => new Uint8Array(0));
  try {
    const places = Object.fromEntries(names.map((name) => [name, 'host'] as const));
    const results = await program.run(feedsOf(graph, weights), places);
    return names.map((name) => float32Of(results[name]));
  } finally {
    await program.release();
  }
}

function feedsOf(graph: BuiltGraph, weights: RandomWeights): Readonly<Record<string, HostTensor>> {
  const stored = new Map(graph.weights.flatMap((weight) => [...weights.stored(weight)]));
  const feeds = graph.inputs.map(({ name, type, shape: open }) => {
    const shape = open.map((size) => (typeof size === 'number' ? size : tokens));
    const weight = stored.get(name);
    const data = weight
      ? fedValues(type, shape, new Uint8Array(weight.buffer, weight.byteOffset, weight.byteLength))
      : inputData({ name, type, shape: open }, shape, weights);
    return [name, hostTensor(type, shape, data)] as const;
  });
  return Object.fromEntries(feeds);
}

function inputData({ name, type }: Value, shape: readonly number[], weights: RandomWeights) {
  const width = shape.at(-1) ?? 1;
  const count = shape.reduce((product, size) => product * size, 1);
  if (type === 'int32') return Int32Array.of(name === 'total' ? tokens : tokens - 1);
  if (/cosines$|sines$/.test(name)) {
    const sizes = { headWidth: 2 * width, base: 10000, sections: [width, 0, 0] } as const;
    const tables = multimodalRotary(textPositions(0, tokens), sizes);
    return name.endsWith('cosines') ? tables.cosines : tables.sines;
  }
  // An empty cache, and windows that hide nothing.
  if (name.startsWith('past.') || name === 'window_bias') return new Float32Array(count);
  return weights.rows(name, count / width, width);
}

/** Of all outputs together, summed in float64. */
function deviation(actual: readonly Float32Array[], reference: readonly Float32Array[]): Deviation {
  let dot = 0;
  let actualSquares = 0;
  let referenceSquares = 0;
  let differences = 0;
  for (const [output, expected] of reference.entries()) {
    for (const [index, right] of expected.entries()) {
      const left = actual[output]?.[index] ?? Number.NaN;
      dot += left * right;
      actualSquares += left ** 2;
      referenceSquares += right ** 2;
      differences += (left - right) ** 2;
    }
  }
  return {
    cosine: dot / Math.sqrt(actualSquares * referenceSquares),
    relative: Math.sqrt(differences / referenceSquares),
  };
}
