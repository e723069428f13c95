/** Weights of a Keras network as TensorFlow.js stores them, and as ONNX wants them. */
import { z } from 'zod';
import type { UpscalerFactor } from '../../model/pieces/upscaler.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** By layer and part: `F_0/kernel`. */
export type KerasWeights = ReadonlyMap<string, Tensor>;

const manifest = z.object({
  weightsManifest: z.tuple([
    z.object({
      weights: z.array(z.object({ name: z.string(), shape: z.array(z.int().positive()), dtype: z.literal('float32') })),
    }),
  ]),
});

/** @param bytes of the one shard, little-endian */
export function readKerasWeights(description: string, bytes: Uint8Array): KerasWeights {
  const [{ weights }] = manifest.parse(JSON.parse(description)).weightsManifest;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const read = weights.map(({ name, shape }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, (_, index) => view.getFloat32(at + 4 * index, true));
    at += 4 * count;
    return [name, { shape, values }] as const;
  });
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes are of no weight`);
  return new Map(read);
}

/** A weight of the graph by its name there: kernels become [outputs, inputs, height, width]. */
export function onnxWeight(weights: KerasWeights, name: string, factor: UpscalerFactor): Float32Array {
  const [layer = '', part] = name.split('.');
  const found = weights.get(`${layer}/${part === 'bias' ? 'bias' : 'kernel'}`);
  if (found === undefined) throw new Error(`there is no weight for ${name}`);
  if (layer !== 'SR') return part === 'bias' ? found.values : outputsFirst(found);
  return part === 'bias' ? repeated(found.values, factor ** 2) : outputsFirst(folded(found, factor));
}

function outputsFirst({ shape, values }: Tensor): Float32Array {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
  const area = height * width;
  return Float32Array.from({ length: values.length }, (_, at) => {
    const place = at % area;
    const input = Math.floor(at / area) % inputs;
    const output = Math.floor(at / (area * inputs));
    return values[(place * inputs + input) * outputs + output] ?? 0;
  });
}

function repeated(values: Float32Array, times: number): Float32Array {
  return Float32Array.from({ length: values.length * times }, (_, at) => values[at % values.length] ?? 0);
}

/**
 * A 3×3 kernel behind an enlargement to the nearest neighbour, as one before it: of the pixel that becomes a block, place y of the block
 * sees the rows y − 1 … y + 1 of the enlarged map, which are this pixel's but at the block's edges. Sums in 64 bits.
 */
function folded({ shape, values }: Tensor, factor: UpscalerFactor): Tensor {
  const [, , inputs = 0, outputs = 0] = shape;
  const blocks = outputs * factor ** 2;
  const sums = new Float64Array(9 * inputs * blocks);
  const seen = (place: number, tap: number) => 1 + Math.floor((place + tap - 1) / factor);
  for (let place = 0; place < factor ** 2; place += 1) {
    const [row, column] = [Math.floor(place / factor), place % factor];
    for (let tap = 0; tap < 9; tap += 1) {
      const to = 3 * seen(row, Math.floor(tap / 3)) + seen(column, tap % 3);
      for (let input = 0; input < inputs; input += 1)
        for (let output = 0; output < outputs; output += 1) {
          const at = (to * inputs + input) * blocks + place * outputs + output;
          sums[at] = (sums[at] ?? 0) + (values[(tap * inputs + input) * outputs + output] ?? 0);
        }
    }
  }
  return { shape: [3, 3, inputs, blocks], values: Float32Array.from(sums) };
}
