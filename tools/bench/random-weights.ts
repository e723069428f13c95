/** Normal weights of any size, the same for the same seed and name, made when they are asked for and never kept. */
import { toFloat16 } from '../../model/bundle/half.ts';
import { quantiseRows } from '../../model/bundle/quantise.ts';
import { normals } from '../../model/diffusion/noise.ts';
import type { UsedWeight } from '../../model/onnx/graph.ts';
import type { WeightDeclaration } from '../../model/onnx/types.ts';
import { uniformGenerator } from '../../model/text/generator.ts';
import type { TensorData } from '../../workers/gpu/runtime.ts';

/** Normals that all rows are cut from: enough that two rows of a matrix hardly ever begin near one another. */
const poolSize = 2 ** 22;

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
    const [rows = 1, ...rest] = shape;
    const inputs = rest.reduce((product, size) => product * size, 1);
    if (rest.length > 0) return this.rows(name, rows, inputs, 1 / Math.sqrt(inputs));
    return name.endsWith('.bias') ? this.rows(name, 1, rows, 0.1) : new Float32Array(rows).fill(1);
  }

  /** The tensors that store a weight, by name, in the precision its graph chose. */
  stored({ declaration, precision, stored }: UsedWeight): ReadonlyMap<string, TensorData> {
    const values = this.values(declaration);
    const named = (...data: readonly TensorData[]) =>
      new Map(data.map((each, index) => [stored[index]?.name ?? '', each] as const));
    if (precision === 'float32') return named(values);
    if (precision === 'float16') return named(toFloat16(values, declaration.name));
    const [rows = 0, inputs = 0] = declaration.shape;
    const quantised = quantiseRows(values, rows, inputs, precision === 'q4' ? 4 : 8, declaration.name);
    return named(quantised.packed, quantised.scales, quantised.zeros);
  }
}

/** The FNV-1a hash of a name as a seed. */
function seedOf(name: string): string {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return String(hash >>> 0);
}
