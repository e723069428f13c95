/** The way to a device, and what becomes of one that is wrong or goes away, with a card that only keeps books. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { openRuntime } from '../../workers/gpu/open-runtime.ts';
import { hostTensor } from '../../workers/gpu/runtime.ts';
import { productFeeds, productTest, readProductWeight } from '../../workers/gpu/self-test-graphs.ts';
import { type CardOptions, fakeGpu, fakeOrt } from '../helpers/fake-gpu.ts';

beforeEach(() => {
  vi.stubGlobal('GPUBufferUsage', { STORAGE: 128, COPY_SRC: 4, COPY_DST: 8, MAP_READ: 1 });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function cardWith(...features: string[]) {
  return card(features);
}

function card(features: readonly string[], options?: CardOptions) {
  const { gpu, devices } = fakeGpu(features, options);
  vi.stubGlobal('navigator', { gpu, deviceMemory: 16 });
  return devices;
}

const lies = () => false;
const right = fakeOrt({ lies });

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

  const refuse = (reason: string) => () => Promise.reject(new Error(reason));
  test.each([
    { what: 'is refused by the browser', on: { beforeDevice: refuse('no device left') }, in: right },
    {
      what: 'has a shader that does not compile',
      on: {},
      in: fakeOrt({ lies, beforeCreate: refuse('no device left') }),
    },
    { what: 'breaks off the self-test', on: {}, in: fakeOrt({ lies, beforeRun: refuse('no device left') }) },
  ])('that $what leaves the work to the processor, and says so', async ({ on, in: library }) => {
    const devices = card(['subgroups'], on);
    const runtime = await openRuntime(library, 'auto');
    expect(runtime.report).toMatchObject({ device: 'wasm', notice: 'WEBGPU_BROKEN' });
    expect(devices.every(({ destroyed }) => destroyed)).toBe(true);
    const program = await runtime.build(productTest('float32'), readProductWeight);
    expect((await program.run(productFeeds(), { product: 'host' })).product?.shape).toEqual([40, 64]);
    const demanded = await openRuntime(library, 'webgpu').catch(failureOf);
    expect(demanded).toEqual({ code: 'WEBGPU_BROKEN', data: { reason: 'no device left' } });
  });

  test('whose kernels with subgroups do not compile is asked for again without them', async () => {
    card(['subgroups']);
    const picky = fakeOrt({
      lies,
      beforeCreate: async ({ features }) => {
        if (features.has('subgroups')) throw new Error('subgroupAdd is not supported');
      },
    });
    const runtime = await openRuntime(picky, 'auto');
    expect(runtime.report).toMatchObject({ device: 'webgpu', subgroups: 'dropped', notice: 'SUBGROUPS_DROPPED' });
  });

  test.each([
    { isFallbackAdapter: true },
    { vendor: 'google', architecture: 'swiftshader' },
    { vendor: 'mesa', description: 'llvmpipe (LLVM 19.1.7, 256 bits)' },
    { description: 'Microsoft Basic Render Driver' },
  ])('that is software (%j) leaves the work to the processor, which is faster, unless it is demanded', async (info) => {
    const devices = card([], { info });
    expect((await openRuntime(right, 'auto')).report).toMatchObject({ device: 'wasm', notice: 'SOFTWARE_ADAPTER' });
    expect(devices).toHaveLength(0);
    expect((await openRuntime(right, 'webgpu')).report).toMatchObject({ device: 'webgpu', notice: null });
  });
});

describe('onnxruntime that does not start', () => {
  const missing = async () => {
    throw new Error('no available backend found: 404');
  };
  test('is a failure of its own on the processor', async () => {
    const library = fakeOrt({ lies, beforeWasm: missing });
    const failed = { code: 'ENGINE_LOAD', data: { reason: 'no available backend found: 404' } };
    expect(await openRuntime(library, 'wasm').catch(failureOf)).toEqual(failed);
  });

  test('is not blamed on the graphics card that was demanded', async () => {
    cardWith();
    const library = fakeOrt({ lies, beforeCreate: missing, beforeWasm: missing });
    expect(await openRuntime(library, 'webgpu').catch(failureOf)).toMatchObject({ code: 'ENGINE_LOAD' });
  });

  test('behind a broken graphics card asks for a fresh worker on the processor', async () => {
    cardWith();
    const library = fakeOrt({ lies, beforeCreate: missing, beforeWasm: missing });
    expect(await openRuntime(library, 'auto').catch(failureOf)).toMatchObject({ code: 'WEBGPU_BROKEN' });
  });
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
  const lost = { code: 'DEVICE_LOST', data: { reason: 'the driver was reset', times: 1 } };
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

describe('a device that goes away while a buffer is read', () => {
  const gone = () => new DOMException('A valid external Instance reference no longer exists.', 'AbortError');

  test.each([
    { reported: 'a while later', after: 200, reason: 'the process crashed' },
    { reported: 'never', after: null, reason: '' },
  ])('is a lost device: its loss is reported $reported', async ({ after, reason }) => {
    const [devices, library] = [cardWith(), fakeOrt({ lies })];
    const runtime = await openRuntime(library, 'auto');
    const [device] = devices;
    if (device === undefined) throw new Error('no device was given out');
    device.beforeMap = async () => {
      if (after !== null) setTimeout(() => device.lose(reason), after);
      throw gone();
    };
    const tensor = runtime.upload('cache', hostTensor('float32', [1], Float32Array.of(1)));
    vi.stubGlobal('GPUMapMode', { READ: 1 });
    expect(await runtime.read(tensor).catch(failureOf)).toEqual({ code: 'DEVICE_LOST', data: { reason, times: 1 } });
  });
});

test('a run that fails leaves none of its outputs on the device', async () => {
  cardWith();
  const runtime = await openRuntime(right, 'auto');
  const program = await runtime.build(productTest('float32'), readProductWeight);
  await program.run(productFeeds(), { product: { newFor: 'drawing' } });
  const before = runtime.ledger();
  const failed = await program.run(productFeeds(), { product: { newFor: 'drawing' }, more: 'host' }).catch(failureOf);
  expect(failed).toMatchObject({ code: 'RUN_FAILED', data: { reason: 'no output more' } });
  expect(runtime.ledger()).toEqual(before);
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
  runtime.zeros('cache', 'float32', [10_000]);
  await runtime.build(productTest('float32'), readProductWeight);
  expect(runtime.peakBytes()).toBe(41_000);
  await runtime.close();
  expect(runtime.ledger()).toEqual({});
});
