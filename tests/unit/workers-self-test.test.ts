/** The start-up self-test, on the wasm provider whose kernels are right, and on one that lies. */
import { expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { hostTensor, type Program, type Runtime } from '../../workers/gpu/runtime.ts';
import { selfTest } from '../../workers/gpu/self-test.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';

/** A runtime whose graphs of one name answer a little too much. */
function lying(runtime: Runtime, graphName: string): Runtime {
  const build: Runtime['build'] = async (graph, readStored) => {
    const program = await runtime.build(graph, readStored);
    if (graph.name !== graphName) return program;
    const run: Program['run'] = async (feeds, places) => {
      const outputs = await program.run(feeds, places);
      const bent = Object.entries(outputs).map(([name, tensor]) => {
        if (tensor.place !== 'host') return [name, tensor] as const;
        return [
          name,
          hostTensor(
            'float32',
            tensor.shape,
            Float32Array.from({ length: tensor.data.length }, (_, index) => Number(tensor.data[index]) + 0.05),
          ),
        ] as const;
      });
      return Object.fromEntries(bent);
    };
    return { run, release: () => program.release() };
  };
  return { ...runtime, report: runtime.report, build };
}

test('a device that computes rightly passes', async () => {
  const runtime = new WasmRuntime(ort);
  expect(await selfTest(runtime)).toBe('passed');
  await runtime.close();
});

test('a device that is wrong says in which operator', async () => {
  const runtime = new WasmRuntime(ort);
  expect(await selfTest(lying(runtime, 'self_test_attention'))).toBe('attention is wrong');
  expect(await selfTest(lying(runtime, 'self_test_product'))).toBe('quantised product is wrong');
  await runtime.close();
});

test('the ledger names what is held and is empty after close', async () => {
  const runtime = new WasmRuntime(ort);
  const kept = runtime.zeros('cache', 'float32', [1, 2, 8, 4]);
  runtime.upload('weights', hostTensor('uint8', [10], new Uint8Array(10)));
  expect(runtime.ledger()).toEqual({ cache: 256, weights: 10 });
  runtime.free(kept);
  expect(runtime.ledger()).toEqual({ weights: 10 });
  await runtime.close();
  expect(runtime.ledger()).toEqual({});
});

test('two runs at once are queued and both right', async () => {
  const runtime = new WasmRuntime(ort);
  expect(await Promise.all([selfTest(runtime), selfTest(runtime)])).toEqual(['passed', 'passed']);
  await runtime.close();
});
