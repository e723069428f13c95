/** Memory that could not be had is told as that, with what was asked; and the worker goes on. */
import { afterAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import type { Failure } from '../../model/failure.ts';
import { exactOptions, Graph } from '../../model/onnx/graph.ts';
import { isOutOfMemory } from '../../workers/gpu/out-of-memory.ts';
import { hostTensor } from '../../workers/gpu/runtime.ts';
import { type MemoryInUse, Sessions } from '../../workers/gpu/sessions.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { failureFrom } from '../helpers/sources.ts';

const runtime = new WasmRuntime(ort);
afterAll(() => runtime.close());

/** column [n, 1] × row [1, n]: n² values from 2 n. */
async function outerProduct() {
  const graph = new Graph('outer_product', exactOptions);
  const column = graph.input('column', 'float32', ['n', 1]);
  const row = graph.input('row', 'float32', [1, 'n']);
  graph.output('product', graph.single('MatMul', [column, row], { type: 'float32', shape: ['n', 'n'] }));
  const program = await runtime.build(graph.build(), async () => new Uint8Array(0));
  return (size: number) => {
    const ones = new Float32Array(size).fill(1);
    const feeds = { column: hostTensor('float32', [size, 1], ones), row: hostTensor('float32', [1, size], ones) };
    return program.run(feeds, { product: 'host' });
  };
}

// All but the last megabytes of the heap, more than an address can say, and more than a tensor may have.
test.each([32_760, 40_000, 70_000])('%d² values do not fit: said so, and the next run computes', async (size) => {
  const run = await outerProduct();
  const held = runtime.upload('test', hostTensor('float32', [4], new Float32Array(4)));
  // Never the product itself, which would be printed.
  expect(await failureFrom(() => run(size).then(() => 'ran'))).toEqual({
    code: 'MEMORY_FULL',
    data: { graph: 'outer_product', doing: 'run', bytes: 16 },
  });
  runtime.free(held);
  expect(runtime.ledger()).toEqual({});
  expect((await run(3)).product).toMatchObject({ shape: [3, 3], data: new Float32Array(9).fill(1) });
});

const full = { held: 3e9, available: 4e9 };
const empty = { held: 0, available: 4e9 };

/** What is told where onnxruntime throws this while it loads a graph with 1,000 bytes of weights. */
function failureOfLoading(thrown: unknown, memory: MemoryInUse): Promise<Failure> {
  const create = () => Promise.reject(thrown);
  const sessions = new Sessions({ ...ort, InferenceSession: { create } }, {}, () => memory);
  const external = [{ path: 'weights', data: new Uint8Array(1000) }];
  return failureFrom(() => sessions.create({ name: 'transformer_3', bytes: new Uint8Array(0), external }));
}

describe('a graph that is not loaded', () => {
  test.each([
    ['std::bad_alloc', new Error("Can't create a session. ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc")],
    ['a heap that may not grow', new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded')],
    ['an array that the browser refuses', new RangeError('Array buffer allocation failed')],
    ['a graphics card that is full', new Error('Failed to create buffer: Out of memory')],
  ])('because of %s found no memory, however little is in use', async (_, thrown) => {
    const data = { graph: 'transformer_3', doing: 'load', bytes: 1000 };
    expect(await failureOfLoading(thrown, empty)).toEqual({ code: 'MEMORY_FULL', data });
  });

  test.each([
    ['a jump to nowhere', new WebAssembly.RuntimeError('null function or function signature mismatch')],
    ['a bare number', 143_265_184],
  ])('because of %s found none where most is in use, and is broken where it is not', async (_, thrown) => {
    expect((await failureOfLoading(thrown, full)).code).toBe('MEMORY_FULL');
    expect((await failureOfLoading(thrown, empty)).code).toBe('LOAD_FAILED');
  });

  test('for another reason is told with it, also where memory is short', async () => {
    const invalid = new Error('Invalid protobuf');
    expect(isOutOfMemory(invalid, true)).toBe(false);
    const data = { graph: 'transformer_3', reason: 'Invalid protobuf' };
    expect(await failureOfLoading(invalid, full)).toEqual({ code: 'LOAD_FAILED', data });
  });
});
