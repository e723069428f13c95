/** The runtime on the wasm provider: one call of onnxruntime at a time, failures with the graph's name, bytes by owner. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { exactOptions, Graph } from '../../model/onnx/graph.ts';
import { linear } from '../../model/onnx/weighted.ts';
import { gatherGraph } from '../../workers/gpu/graph-file.ts';
import { type DeviceTensor, hostTensor, type Runtime, type Tensor } from '../../workers/gpu/runtime.ts';
import { attentionFeeds, attentionSizes, attentionTest } from '../../workers/gpu/self-test-graphs.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';

const noWeights = async () => new Uint8Array();
const shape = [attentionSizes.tokens, attentionSizes.heads * attentionSizes.width];

function onDevice(tensor: Tensor | undefined): DeviceTensor {
  if (tensor?.place !== 'device') throw new Error('not on the device');
  return tensor;
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** An object whose methods of these names are counted while they are under way. */
function watch<Target extends object>(target: Target, names: readonly string[], count: Overlap): Target {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== 'function') return member;
      if (!names.includes(String(name))) return member.bind(object);
      return (...inputs: unknown[]) => count.during(async () => Reflect.apply(member, object, inputs));
    },
  });
}

class Overlap {
  most = 0;
  calls = 0;
  #now = 0;

  async during(task: () => Promise<unknown>): Promise<unknown> {
    this.#now += 1;
    this.calls += 1;
    this.most = Math.max(this.most, this.#now);
    try {
      // A call that took no time could not overlap with another.
      await new Promise((resolve) => setTimeout(resolve, 5));
      const result = await task();
      const isSession = typeof result === 'object' && result !== null && 'release' in result;
      return isSession ? watch(result, ['run', 'release'], this) : result;
    } finally {
      this.#now -= 1;
    }
  }
}

describe('the runtime on wasm', () => {
  let runtime: Runtime = new WasmRuntime(ort);
  afterEach(async () => {
    await runtime.close();
    runtime = new WasmRuntime(ort);
  });

  test('creates, runs and releases that are asked for at once follow each other', async () => {
    const overlap = new Overlap();
    const watched = { ...ort, InferenceSession: watch(ort.InferenceSession, ['create'], overlap) };
    const busy = new WasmRuntime(watched);
    const programs = await Promise.all([1, 2, 3].map(() => busy.build(attentionTest('float32'), noWeights)));
    const both = [...programs, ...programs];
    const results = await Promise.all(both.map((program) => program.run(attentionFeeds(), { attended: 'host' })));
    await Promise.all(programs.map((program) => program.release()));
    expect(overlap.calls).toBe(3 + 6 + 3);
    expect(overlap.most).toBe(1);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test('a file that is no graph fails with its name, and the next one loads', async () => {
    const broken = runtime.load({ name: 'broken', bytes: Uint8Array.of(1, 2, 3), external: [] });
    const whole = runtime.build(attentionTest('float32'), noWeights);
    await expect(broken).rejects.toMatchObject({ failure: { code: 'LOAD_FAILED', data: { graph: 'broken' } } });
    expect((await (await whole).run(attentionFeeds(), { attended: 'host' })).attended?.shape).toEqual(shape);
  });

  test('a run that lacks an input fails with the name of the graph, and the next one runs', async () => {
    const program = await runtime.build(attentionTest('float32'), noWeights);
    const { query, key } = attentionFeeds();
    if (!query || !key) throw new Error('no feeds');
    await expect(program.run({ query, key }, { attended: 'host' })).rejects.toMatchObject({
      failure: { code: 'RUN_FAILED', data: { graph: 'self_test_attention' } },
    });
    expect((await program.run(attentionFeeds(), { attended: 'host' })).attended?.shape).toEqual(shape);
  });

  test('an output is written where it is wanted: to the host, to a new tensor, into one that exists', async () => {
    const program = await runtime.build(attentionTest('float32'), noWeights);
    const { attended: host } = await program.run(attentionFeeds(), { attended: 'host' });
    const { attended: fresh } = await program.run(attentionFeeds(), { attended: { newFor: 'test' } });
    const existing = runtime.zeros('test', 'float32', shape);
    const { attended: same } = await program.run(attentionFeeds(), { attended: existing });
    expect(same).toBe(existing);
    expect(await runtime.read(onDevice(fresh))).toEqual(host);
    expect(await runtime.read(existing)).toEqual(host);
  });

  test('a loaded graph does not hold the file that it came from', async () => {
    const weights = new Map([['layer.weight', Float32Array.of(2, 3)]]);
    const graph = new Graph('scaled', exactOptions);
    const x = graph.input('x', 'float32', ['n', 2]);
    graph.output('y', linear(x, 'layer', 1, { bias: false }));
    const load = async () => {
      const file = await gatherGraph(graph.build(), async (name) => new Uint8Array(weights.get(name)?.buffer ?? []));
      const [external] = file.external;
      if (external === undefined) throw new Error('no weights');
      return { program: await runtime.load(file), file: new WeakRef(file), data: new WeakRef(external.data) };
    };
    const { program, file, data } = await load();
    const left = () => {
      collectGarbage();
      return [file, data].filter((held) => held.deref() !== undefined).length;
    };
    await expect.poll(left).toBe(0);
    const { y } = await program.run({ x: hostTensor('float32', [1, 2], Float32Array.of(5, 7)) }, { y: 'host' });
    expect(y).toMatchObject({ data: Float32Array.of(31) });
    await program.release();
  });

  test('a run that fails leaves none of its outputs behind', async () => {
    const program = await runtime.build(attentionTest('float32'), noWeights);
    const places = { attended: { newFor: 'test' }, more: { newFor: 'test' } };
    await expect(program.run(attentionFeeds(), places)).rejects.toMatchObject({ failure: { code: 'RUN_FAILED' } });
    expect(runtime.ledger()).toEqual({});
  });

  test('rows are a copy of their own', async () => {
    const whole = runtime.upload('test', hostTensor('float32', [1, 3, 2], Float32Array.of(0, 1, 2, 3, 4, 5)));
    const rows = await runtime.rows('test', whole, 1, 2);
    runtime.free(whole);
    expect(await runtime.read(rows)).toEqual(hostTensor('float32', [1, 2, 2], Float32Array.of(2, 3, 4, 5)));
  });

  test('the ledger names every owner until its last tensor is freed, and nobody after close', async () => {
    const cache = runtime.zeros('cache', 'float16', [4, 8]);
    const rows = runtime.upload('rows', hostTensor('float32', [2], Float32Array.of(1, 2)));
    const program = await runtime.build(attentionTest('float32'), noWeights);
    await program.run(attentionFeeds(), { attended: { newFor: 'rows' } });
    const bytes = 4 * attentionSizes.tokens * attentionSizes.heads * attentionSizes.width;
    expect(runtime.ledger()).toEqual({ cache: 64, rows: 8 + bytes });
    runtime.free(cache);
    runtime.free(rows);
    runtime.free(rows);
    expect(runtime.ledger()).toEqual({ rows: bytes });
    await runtime.close();
    expect(runtime.ledger()).toEqual({});
  });
});
