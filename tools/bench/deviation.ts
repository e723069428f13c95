/** How far a piece's outputs are from those it has with float32 weights and activations. */
import { bytesOf } from '../../model/bundle/row-block.ts';
import type { BuiltGraph, GraphOptions } from '../../model/onnx/graph.ts';
import type { ValueInfo } from '../../model/onnx/types.ts';
import { multimodalRotary } from '../../model/tables/rotary.ts';
import { textPositions } from '../../model/tables/token-positions.ts';
import { type DeviceTensor, type HostTensor, hostTensor, type Runtime } from '../../workers/gpu/runtime.ts';
import { fedValues } from '../../workers/gpu/tensor-data.ts';
import { float32Of } from '../../workers/language/model.ts';
import type { BenchPiece } from './pieces.ts';
import type { RandomWeights } from './random-weights.ts';
import { absentRow, type BenchRow, benchRow } from './row.ts';

export interface Deviation {
  readonly cosine: number;
  /** Length of the difference by length of the float32 output. */
  readonly relative: number;
}

/**
 * @param found none where nothing could be measured
 * @param floor of the cosine, where one is promised
 */
export function deviationRows(
  name: string,
  found: readonly Deviation[],
  floor: number | null = null,
): readonly BenchRow[] {
  const figures = { cosine: found.map(({ cosine }) => cosine), error: found.map(({ relative }) => relative) };
  const row = (what: string, values: readonly number[], promised: number | null) =>
    values.length > 0
      ? benchRow(`${name}, ${what}`, '1', values, { floor: promised })
      : absentRow(`${name}, ${what}`, '1');
  return [row('cosine', figures.cosine, floor), row('relative error', figures.error, null)];
}

/**
 * What a piece answers to random inputs. Weights that are fed are put on the device one at a time; a session that owns its
 * weights folds and packs copies, which of the largest piece in float32 would be 1.4 GB.
 */
export async function outputsOf(
  runtime: Runtime,
  piece: BenchPiece,
  weights: RandomWeights,
  options: GraphOptions,
): Promise<readonly Float32Array[]> {
  const graph = piece.build(options);
  // What a cache keeps is seen in the hidden states already.
  const names = graph.outputs.map(({ name }) => name).filter((name) => !name.startsWith('present.'));
  const program = await runtime.build(graph, weights.reading(graph));
  const fed = new Map<string, DeviceTensor>();
  try {
    const weightTensors = graph.weightPlacement === 'input' ? fedWeights(graph, weights) : [];
    for (const [name, values] of weightTensors) fed.set(name, runtime.upload(graph.name, values));
    const places = Object.fromEntries(names.map((name) => [name, 'host'] as const));
    const results = await program.run(
      { ...randomInputs(graph, weights, piece.tokens), ...Object.fromEntries(fed) },
      places,
    );
    return names.map((name) => float32Of(results[name]));
  } finally {
    for (const tensor of fed.values()) runtime.free(tensor);
    await program.release();
  }
}

/** As the graph takes them: what is stored in 16 bits may be an input of 32. */
function* fedWeights(graph: BuiltGraph, weights: RandomWeights): Iterable<readonly [string, HostTensor]> {
  const inputs = new Map(graph.inputs.map(({ name, type }) => [name, type]));
  for (const weight of graph.weights) {
    const data = weights.stored(weight);
    for (const { name, type, shape } of weight.stored) {
      const input = inputs.get(name) ?? type;
      yield [name, hostTensor(input, shape, fedValues(input, shape, bytesOf(data.get(name) ?? new Uint8Array())))];
    }
  }
}

/** Every input of a graph but weights; `tokens` stands for each size that is open. */
export function randomInputs(
  graph: BuiltGraph,
  weights: RandomWeights,
  tokens: number,
): Readonly<Record<string, HostTensor>> {
  const fed = new Set(graph.weights.flatMap(({ stored }) => stored.map(({ name }) => name)));
  const inputs = graph.inputs.filter(({ name }) => !fed.has(name));
  const tensors = inputs.map((input) => {
    const shape = input.shape.map((size) => (typeof size === 'number' ? size : tokens));
    return [input.name, hostTensor(input.type, shape, inputData(input, shape, weights, tokens))] as const;
  });
  return Object.fromEntries(tensors);
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
