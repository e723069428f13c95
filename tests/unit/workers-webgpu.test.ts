/** The way to a device, and what becomes of one that is wrong or goes away, with a card that only keeps books. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { openRuntime } from '../../workers/gpu/open-runtime.ts';
import { hostTensor } from '../../workers/gpu/runtime.ts';
import { productFeeds, productTest, readProductWeight } from '../../workers/gpu/self-test-graphs.ts';
import { fakeGpu, fakeOrt } from '../helpers/fake-gpu.ts';

beforeEach(() => {
  vi.stubGlobal('GPUBufferUsage', { STORAGE: 128, COPY_SRC: 4, COPY_DST: 8, MAP_READ: 1 });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function cardWith(...features: string[]) {
  const { gpu, devices } = fakeGpu(features);
  vi.stubGlobal('navigator', { gpu, deviceMemory: 16 });
  return devices;
}

const right = fakeOrt({ lies: () => false });

describe('the device', () => {
  test('that computes rightly is used with all it offers', async () => {
    const devices = cardWith('shader-f16', 'timestamp-query', 'subgroups', 'something-else');
    const runtime = await openRuntime(right, 'auto');
    expect(runtime.report).toMatchObject({ device: 'webgpu', activations: 'float16', subgroups: 'used', notice: null });
    expect([...(devices[0]?.features ?? [])].sort()).toEqual(['shader-f16', 'subgroups', 'timestamp-query']);
    expect(runtime.memoryBytes).toBe(8 * 2 ** 30);
  });

  test('that computes wrongly with subgroups is asked for again without them', async () => {
    const devices = cardWith('subgroups');
    const runtime = await openRuntime(fakeOrt({ lies: ({ features }) => features.has('subgroups') }), 'auto');
    expect(runtime.report).toMatchObject({ device: 'webgpu', subgroups: 'dropped', notice: 'SUBGROUPS_DROPPED' });
    expect(devices.map(({ features, destroyed }) => [[...features], destroyed])).toEqual([
      [['subgroups'], true],
      [[], false],
    ]);
  });

  test.each([[['subgroups']], [[]]])(
    'that is wrong in any case (%j) leaves the work to the processor, and says so',
    async (features) => {
      const devices = cardWith(...features);
      const wrong = fakeOrt({ lies: () => true });
      const runtime = await openRuntime(wrong, 'auto');
      expect(runtime.report).toMatchObject({ device: 'wasm', notice: 'WEBGPU_WRONG' });
      expect(devices.every(({ destroyed }) => destroyed)).toBe(true);
      const failure = await openRuntime(wrong, 'webgpu').catch(failureOf);
      expect(failure).toEqual({
        code: 'SELF_TEST_FAILED',
        data: { adapter: 'fake', verdict: 'attention is wrong' },
      });
    },
  );

  test.each([[undefined], [{ requestAdapter: async () => null }]])(
    'that is not there leaves the work to the processor, and says so',
    async (gpu) => {
      vi.stubGlobal('navigator', { gpu });
      const runtime = await openRuntime(right, 'auto');
      expect(runtime.report).toMatchObject({ device: 'wasm', notice: 'NO_WEBGPU' });
      expect(await openRuntime(right, 'webgpu').catch(failureOf)).toEqual({ code: 'WEBGPU_MISSING', data: {} });
    },
  );
});

test('a device that is lost in the middle is a failure of its own, and a new one works', async () => {
  const devices = cardWith();
  let dies = false;
  const dying = fakeOrt({
    lies: () => false,
    beforeRun: async (device) => {
      if (!dies) return;
      device.lose('the driver was reset');
      throw new Error('mapAsync failed');
    },
  });
  const runtime = await openRuntime(dying, 'auto');
  const program = await runtime.build(productTest('float32'), readProductWeight);
  dies = true;
  const lost = { code: 'DEVICE_LOST', data: { reason: 'the driver was reset' } };
  expect(await program.run(productFeeds(), { product: 'host' }).catch(failureOf)).toEqual(lost);
  dies = false;
  expect(await program.run(productFeeds(), { product: 'host' }).catch(failureOf)).toEqual(lost);
  expect(await runtime.build(productTest('float32'), readProductWeight).catch(failureOf)).toEqual(lost);
  await runtime.close();
  const next = await openRuntime(dying, 'auto');
  const again = await next.build(productTest('float32'), readProductWeight);
  expect((await again.run(productFeeds(), { product: 'host' })).product?.shape).toEqual([40, 64]);
  expect(devices).toHaveLength(2);
});

test('every buffer is in the ledger: ours, weights under their graph, and none when all is closed', async () => {
  cardWith();
  const runtime = await openRuntime(right, 'auto');
  expect(runtime.ledger()).toEqual({});
  const program = await runtime.build(productTest('float32'), readProductWeight);
  const kept = runtime.upload('cache', hostTensor('float32', [3], Float32Array.of(1, 2, 3)));
  expect(runtime.ledger()).toEqual({ self_test_product: 1000, cache: 16 });
  runtime.free(kept);
  await program.release();
  expect(runtime.ledger()).toEqual({});
  runtime.zeros('cache', 'float32', [100]);
  await runtime.build(productTest('float32'), readProductWeight);
  expect(runtime.peakBytes()).toBe(2000);
  await runtime.close();
  expect(runtime.ledger()).toEqual({});
});
