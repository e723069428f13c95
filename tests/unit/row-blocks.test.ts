/** A product with a quantised matrix in blocks of rows: the values of the whole product, with less memory on wasm. */
import { afterAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { bytesOf } from '../../model/bundle/row-block.ts';
import { normals } from '../../model/diffusion/noise.ts';
import { Graph } from '../../model/onnx/graph.ts';
import { linear } from '../../model/onnx/weighted.ts';
import { RandomWeights } from '../../tools/bench/random-weights.ts';
import { hostTensor } from '../../workers/gpu/runtime.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { float32Of } from '../../workers/language/model.ts';

const runtime = new WasmRuntime(ort);
afterAll(() => runtime.close());

const [inputs, outputs] = [96, 203];
const random = new RandomWeights('7');

async function product(precision: 'q4' | 'q8' | 'float16', rows: number, blockRows: number | undefined) {
  const graph = new Graph('product', { activations: 'float32', precision: () => precision, weights: 'file' });
  graph.output(
    'y',
    linear(graph.input('x', 'float32', ['rows', inputs]), 'layer', outputs, { bias: false, blockRows }),
  );
  const built = graph.build();
  const stored = new Map(built.weights.flatMap((weight) => [...random.stored(weight)]));
  const program = await runtime.build(built, async (name) => {
    const { buffer, byteOffset, byteLength } = stored.get(name) ?? new Uint8Array(0);
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  const x = hostTensor('float32', [rows, inputs], normals('1', rows * inputs));
  const { y } = await program.run({ x }, { y: 'host' });
  await program.release();
  return { values: bytesOf(float32Of(y)), names: [...stored.keys()] };
}

describe.each(['q4', 'q8'] as const)('a matrix in %s', (precision) => {
  test.each([1, 2, 7, 40])(
    'multiplied in blocks of rows gives the bits of the whole product, %d rows of x',
    async (rows) => {
      const whole = await product(precision, rows, undefined);
      expect(whole.names).toEqual([`layer.weight.${precision}`, 'layer.weight.scales', 'layer.weight.zeros']);
      const blocks = await product(precision, rows, 64);
      expect(blocks.names.filter((name) => name.endsWith('.scales'))).toEqual(
        [0, 64, 128, 192].map((row) => `layer.weight.rows.${row}.scales`),
      );
      expect(blocks.values).toEqual(whole.values);
    },
  );

  test('of no more rows than a block is stored under its own name', async () => {
    const { names } = await product(precision, 1, outputs);
    expect(names).toContain('layer.weight.zeros');
  });
});

test('a matrix of 16 bits is multiplied whole, in whatever blocks it was declared', async () => {
  expect((await product('float16', 1, 64)).names).toEqual(['layer.weight']);
});
