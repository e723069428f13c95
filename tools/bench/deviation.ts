/** How far a piece's outputs are from those it has with float32 weights and activations. */
import type { BuiltGraph, GraphOptions } from '../../model/onnx/graph.ts';
import type { ValueInfo } from '../../model/onnx/types.ts';
import { multimodalRotary } from '../../model/tables/rotary.ts';
import { textPositions } from '../../model/tables/token-positions.ts';
import { type HostTensor, hostTensor, type Runtime } from '../../workers/gpu/runtime.ts';
import { fedValues } from '../../workers/gpu/tensor-data.ts';
import { float32Of } from '../../workers/language/model.ts';
import type { BenchPiece } from './pieces.ts';
import type { RandomWeights } from './random-weights.ts';
import { absentRow, type BenchRow, benchRow } from './row.ts';

/** Tokens, or patches, of every input; a multiple of four, so that patches merge. */
const pieceTokens = 24;

export interface Deviation {
  readonly cosine: number;
  /** Length of the difference by length of the float32 output. */
  readonly relative: number;
}

/** @param found none where nothing could be measured */
export function deviationRows(name: string, found: readonly Deviation[]): readonly BenchRow[] {
  const figures = { cosine: found.map(({ cosine }) => cosine), error: found.map(({ relative }) => relative) };
  const row = (what: string, values: readonly number[]) =>
    values.length > 0 ? benchRow(`${name}, ${what}`, '1', values) : absentRow(`${name}, ${what}`, '1');
  return [row('cosine', figures.cosine), row('relative error', figures.error)];
}

/** Weights are fed, because a session that owned them would fold and pack copies: the largest piece has 1.4 GB of float32. */
export async function outputsOf(
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
    const results = await program.run(randomFeeds(graph, weights, pieceTokens), places);
    return names.map((name) => float32Of(results[name]));
  } finally {
    await program.release();
  }
}

/** Every input of a graph, and its weights where they are inputs; `tokens` stands for each size that is open. */
export function randomFeeds(
  graph: BuiltGraph,
  weights: RandomWeights,
  tokens: number,
): Readonly<Record<string, HostTensor>> {
  const stored = new Map(graph.weights.flatMap((weight) => [...weights.stored(weight)]));
  const feeds = graph.inputs.map(({ name, type, shape: open }) => {
    const shape = open.map((size) => (typeof size === 'number' ? size : tokens));
    const weight = stored.get(name);
    const data = weight
      ? fedValues(type, shape, new Uint8Array(weight.buffer, weight.byteOffset, weight.byteLength))
      : inputData({ name, type, shape: open }, shape, weights, tokens);
    return [name, hostTensor(type, shape, data)] as const;
  });
  return Object.fromEntries(feeds);
}

function inputData({ name, type }: ValueInfo, shape: readonly number[], weights: RandomWeights, tokens: number) {
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
export function deviation(actual: readonly Float32Array[], reference: readonly Float32Array[]): Deviation {
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
