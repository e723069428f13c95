/** The weights of a graph reach onnxruntime tensor by tensor: a shard is never in memory as a whole where that can be avoided. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFile } from '../../cli/files.ts';
import { ort } from '../../cli/ort.ts';
import type { ByteSource } from '../../model/checkpoint/source.ts';
import { FailureError, failure } from '../../model/failure.ts';
import { Graph } from '../../model/onnx/graph.ts';
import { storedBytes } from '../../model/onnx/stored.ts';
import { linear } from '../../model/onnx/weighted.ts';
import { type Location, writeModel } from '../../model/onnx/write.ts';
import { externalData } from '../../workers/gpu/external-data.ts';
import { type GraphFile, hostTensor } from '../../workers/gpu/runtime.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';

/** Three matrices of 9 MB: more than is handed over whole. */
const width = 1500;
const matrices = 3;
const matrixBytes = 4 * width * width;
const shard = new Uint8Array(
  Float32Array.from({ length: matrices * width * width }, (_, at) => Math.sin(at) / width).buffer,
);

function graphOver(data: GraphFile['external'][number]['data']): GraphFile {
  const graph = new Graph('chain', { activations: 'float32', precision: () => 'float32', weights: 'file' });
  let x = graph.input('x', 'float32', [1, width]);
  for (let at = 0; at < matrices; at += 1) x = linear(x, `matrix.${at}`, width, { bias: false });
  graph.output('y', x);
  const built = graph.build();
  const places = new Map<string, Location>();
  for (const stored of built.weights.flatMap((weight) => weight.stored)) {
    places.set(stored.name, { file: 'shard.bin', offset: places.size * matrixBytes, bytes: storedBytes(stored) });
  }
  const bytes = writeModel(built, (name) => places.get(name) ?? expect.fail(name));
  return { name: 'chain', bytes, external: [{ path: 'shard.bin', data }] };
}

let runtime: WasmRuntime;
beforeEach(() => {
  runtime = new WasmRuntime(ort);
});
afterEach(() => runtime.close());

async function answerOver(data: GraphFile['external'][number]['data']): Promise<unknown> {
  const program = await runtime.load(graphOver(data));
  const x = hostTensor(
    'float32',
    [1, width],
    Float32Array.from({ length: width }, (_, at) => Math.cos(at)),
  );
  const { y } = await program.run({ x }, { y: 'host' });
  await program.release();
  return y;
}

/** The shard as a source that notes how much is read of it at a time. */
function counted(): { readonly source: ByteSource; readonly reads: number[] } {
  const reads: number[] = [];
  const read = async (offset: number, length: number) => {
    reads.push(length);
    return shard.subarray(offset, offset + length);
  };
  return { source: { name: 'shard.bin', size: shard.length, read }, reads };
}

test('a source that answers at once is read by the tensor, and gives the same answers as its bytes', async () => {
  const { source, reads } = counted();
  const atOnce = async () => (offset: number, into: Uint8Array) => {
    reads.push(into.length);
    into.set(shard.subarray(offset, offset + into.length));
  };
  expect(await answerOver({ ...source, atOnce })).toEqual(await answerOver(shard));
  expect(reads).toEqual([matrixBytes, matrixBytes, matrixBytes]);
  expect(runtime.ledger()).toEqual({});
});

test('a source that has to be waited for gives the same answers', async () => {
  expect(await answerOver(counted().source)).toEqual(await answerOver(shard));
});

test('as the build with promise integration reads it, it comes in windows', async () => {
  const { source, reads } = counted();
  const { data } = await externalData(source);
  if (!(data instanceof Blob)) throw new Error('no Blob');
  expect(data.size).toBe(shard.length);
  const part = data.slice(matrixBytes - 5, 3 * matrixBytes);
  const reader = part.stream().getReader({ mode: 'byob' });
  const received: Uint8Array[] = [];
  for (let buffer = new ArrayBuffer(2 ** 20); ; ) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (value) {
      received.push(value.slice());
      buffer = value.buffer;
    }
    if (done) break;
  }
  expect(Buffer.compare(Buffer.concat(received), shard.subarray(matrixBytes - 5))).toBe(0);
  expect(Math.max(...reads)).toBeLessThanOrEqual(16 * 2 ** 20);
  expect(await source.read(0, 4)).toEqual(shard.subarray(0, 4));
});

test.each(['at once', 'later'])(
  'a shard that is lost while it is read %s is named, and the next graph loads',
  async (when) => {
    const lost = failure('SOURCE_CHANGED', { file: 'shard.bin' });
    const throwing = () => {
      throw new FailureError(lost);
    };
    const { source } = counted();
    const broken =
      when === 'at once' ? { ...source, atOnce: async () => throwing } : { ...source, read: async () => throwing() };
    await expect(runtime.load(graphOver(broken))).rejects.toMatchObject({ failure: lost });
    expect(runtime.ledger()).toEqual({});
    expect(await answerOver(source)).toBeDefined();
  },
);

test('a file of this machine is read so, and noticed where it is replaced', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-external-'));
  const path = join(folder, 'shard.bin');
  await writeFile(path, shard);
  const source = await openFile(path);
  expect(source.atOnce).toBeDefined();
  expect(await answerOver(source)).toEqual(await answerOver(shard));
  await writeFile(path, shard.subarray(1));
  await expect(runtime.load(graphOver(source))).rejects.toMatchObject({ failure: { code: 'SOURCE_CHANGED' } });
  await rm(folder, { recursive: true });
});
