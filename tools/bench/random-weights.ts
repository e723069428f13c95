/** Normal weights of any size, the same for the same seed and name, made when they are asked for and never kept. */
import { toFloat16 } from '../../model/bundle/half.ts';
import { quantiseRows } from '../../model/bundle/quantise.ts';
import { bytesOf } from '../../model/bundle/row-block.ts';
import { rowCount, rowLength } from '../../model/checkpoint/tensors.ts';
import { normals } from '../../model/diffusion/noise.ts';
import { fail } from '../../model/failure.ts';
import type { BuiltGraph, UsedWeight } from '../../model/onnx/graph.ts';
import { storedRowBlocks } from '../../model/onnx/stored.ts';
import type { Precision, WeightDeclaration } from '../../model/onnx/types.ts';
import { uniformGenerator } from '../../model/text/generator.ts';
import type { ReadStored } from '../../workers/gpu/runtime.ts';

/** Normals that all rows are cut from: enough that two rows of a matrix hardly ever begin near one another. */
const poolSize = 2 ** 22;

/** What a shard holds: numbers, 16-bit ones as their bits, and those of 4 and 8 bits packed. */
type StoredValues = Float32Array | Uint16Array | Uint8Array;

export class RandomWeights {
  readonly #seed: string;
  readonly #pool: Float32Array;

  constructor(seed: string) {
    this.#seed = seed;
    this.#pool = normals(seed, poolSize);
  }

  /** Normals [rows, width] with a standard deviation; each row begins at its own random place of the pool. */
  rows(name: string, rows: number, width: number, deviation = 1): Float32Array {
    const uniform = uniformGenerator(seedOf(`${this.#seed} ${name}`));
    const values = new Float32Array(rows * width);
    const pool = this.#pool;
    for (let row = 0; row < rows; row += 1) {
      let from = Math.floor(uniform() * pool.length);
      for (let index = row * width; index < (row + 1) * width; index += 1) {
        values[index] = (pool[from] ?? 0) * deviation;
        from = from + 1 === pool.length ? 0 : from + 1;
      }
    }
    return values;
  }

  /**
   * A weight in float32. Matrices and kernels have variance 1 / inputs, which keeps activations near 1; scales of norms
   * are 1 and biases small, as in a network before training.
   */
  values({ name, shape }: WeightDeclaration): Float32Array {
    const [rows, inputs] = [rowCount(shape), rowLength(shape)];
    if (shape.length > 1) return this.rows(name, rows, inputs, 1 / Math.sqrt(inputs));
    return name.endsWith('.bias') ? this.rows(name, 1, rows, 0.1) : new Float32Array(rows).fill(1);
  }

  /** Reads the stored tensors of a graph, one weight's at a time. */
  reading(graph: BuiltGraph): ReadStored {
    const owners = new Map(graph.weights.flatMap((weight) => weight.stored.map(({ name }) => [name, weight] as const)));
    let last: { readonly of: UsedWeight; readonly tensors: ReadonlyMap<string, StoredValues> } | null = null;
    return async (name) => {
      const of = owners.get(name);
      if (of === undefined) return fail('BUNDLE_LACKS', { part: graph.name, name });
      if (last?.of !== of) last = { of, tensors: this.stored(of) };
      return bytesOf(last.tensors.get(name) ?? new Uint8Array());
    };
  }

  /** The tensors that store a weight, by name, in the precision its graph chose. */
  stored({ declaration, precision }: UsedWeight): ReadonlyMap<string, StoredValues> {
    const values = this.values(declaration);
    const { name, shape } = declaration;
    const width = rowLength(shape);
    const named = storedRowBlocks(declaration, precision).flatMap(({ firstRow, rows, tensors }) => {
      const data = storedRows(name, values.subarray(firstRow * width, (firstRow + rows) * width), rows, precision);
      return data.map((each, index) => [tensors[index]?.name ?? '', each] as const);
    });
    return new Map(named);
  }
}

function storedRows(name: string, values: Float32Array, rows: number, precision: Precision): readonly StoredValues[] {
  if (precision === 'float32') return [values];
  if (precision === 'float16') return [toFloat16(values, name)];
  const { packed, scales, zeros } = quantiseRows(values, rows, values.length / rows, precision === 'q4' ? 4 : 8, name);
  return [packed, scales, zeros];
}

/** The FNV-1a hash of a name as a seed. */
function seedOf(name: string): string {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return String(hash >>> 0);
}
