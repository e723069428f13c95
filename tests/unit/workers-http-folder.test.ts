/** A bundle over HTTP: what arrives wrong is refused by name, and asked for again the next time. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeSha256 } from '../../cli/bundle-sink.ts';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { type ManifestFile, parseManifest, writeManifest } from '../../model/bundle/manifest.ts';
import type { ByteSource } from '../../model/checkpoint/source.ts';
import { failureOf } from '../../model/failure.ts';
import { openHttpFolder } from '../../workers/bundle/http-folder.ts';
import type { FetchProgress } from '../../workers/download.ts';
import { hashOf, listed, tinyManifest } from '../helpers/tiny-manifest.ts';

const graph = new TextEncoder().encode('a graph, for all that matters here');
const sha256 = hashOf(graph);

const manifest = { ...tinyManifest, files: [listed('part.onnx', graph)] };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Serves files from a table that a test may change while it runs; answers the address. */
async function serve(files: Map<string, Uint8Array | string>): Promise<string> {
  server = createServer((request, response) => {
    const body = files.get((request.url ?? '').slice(1));
    if (body === undefined) response.writeHead(404);
    response.end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function readPart(base: string): Promise<Uint8Array> {
  const { folder } = await openHttpFolder({ kind: 'http', base }, () => undefined);
  const source = await folder.open('part.onnx');
  return source.read(2, 5);
}

function bundleWith(part: Uint8Array | string | undefined): Map<string, Uint8Array | string> {
  const files = new Map<string, Uint8Array | string>([['bundle.json', JSON.stringify(manifest)]]);
  if (part !== undefined) files.set('part.onnx', part);
  return files;
}

test('a whole file is read by range, and progress ends at its size', async () => {
  const base = await serve(bundleWith(graph));
  const seen: [string, number, number][] = [];
  const { folder, sha256: name } = await openHttpFolder({ kind: 'http', base }, (...told) => seen.push(told));
  expect(name).toMatch(/^[0-9a-f]{64}$/);
  const source = await folder.open('part.onnx');
  expect(await source.read(2, 5)).toEqual(graph.subarray(2, 7));
  expect(seen.at(-1)).toEqual(['part.onnx', graph.length, graph.length]);
  await expect(source.read(graph.length, 1)).rejects.toMatchObject({ failure: { code: 'FILE_TRUNCATED' } });
});

const changed = graph.slice();
changed[3] = 0;

test.each([
  ['missing', undefined, 'missing'],
  ['cut off', graph.subarray(1), 'size'],
  ['a login page', '<!doctype html>'.repeat(40), 'size'],
  ['changed', changed, 'hash'],
])('a file that is %s is refused', async (_, part, problem) => {
  const base = await serve(bundleWith(part));
  const thrown = await readPart(base).catch(failureOf);
  expect(thrown).toEqual({ code: 'BUNDLE_FILE', data: { file: 'part.onnx', problem } });
});

test('a file that arrived wrong once is fetched again', async () => {
  const files = bundleWith(changed);
  const base = await serve(files);
  const { folder } = await openHttpFolder({ kind: 'http', base }, () => undefined);
  const source = await folder.open('part.onnx');
  await expect(source.read(0, 1)).rejects.toMatchObject({ failure: { code: 'BUNDLE_FILE' } });
  files.set('part.onnx', graph);
  expect(await source.read(0, 1)).toEqual(graph.subarray(0, 1));
});

test('a bundle.json that is not the one the list of models names is refused', async () => {
  const base = await serve(bundleWith(graph));
  const named = hashOf(Buffer.from(JSON.stringify(manifest)));
  expect(await openHttpFolder({ kind: 'http', base, sha256: named }, () => undefined)).toMatchObject({ sha256: named });
  const failure = await openHttpFolder({ kind: 'http', base, sha256: '0'.repeat(64) }, () => undefined).catch(
    failureOf,
  );
  expect(failure).toEqual({ code: 'BUNDLE_FILE', data: { file: 'bundle.json', problem: 'hash' } });
});

test('a bundle.json that was changed since it was written is refused', async () => {
  const sealed = writeManifest(parseManifest(Buffer.from(JSON.stringify(manifest))), nodeSha256);
  const files = new Map<string, Uint8Array | string>([['bundle.json', sealed]]);
  const base = await serve(files);
  expect((await openHttpFolder({ kind: 'http', base }, () => undefined)).manifest.name).toBe('Tiny');
  files.set('bundle.json', Buffer.from(Buffer.from(sealed).toString().replace('"Tiny"', '"Tidy"')));
  expect(await openHttpFolder({ kind: 'http', base }, () => undefined).catch(failureOf)).toMatchObject({
    code: 'BUNDLE_FILE',
    data: { file: 'bundle.json', problem: 'hash' },
  });
});

/** A bundle of one file, which `answer` serves. */
async function serveFile(
  file: Pick<ManifestFile, 'bytes' | 'sha256' | 'chunks'>,
  answer: (response: ServerResponse) => void,
  progress: FetchProgress = () => undefined,
): Promise<ByteSource> {
  const files = [{ path: 'part.onnx', ...file }];
  server = createServer((request, response) => {
    if (request.url === '/part.onnx') answer(response);
    else response.end(JSON.stringify({ ...manifest, files }));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { folder } = await openHttpFolder({ kind: 'http', base }, progress);
  return folder.open('part.onnx');
}

const small = { bytes: graph.length, sha256, chunks: [sha256] };

test.each([
  ['goes on past its size', small, 'size'],
  [
    'is wrong in its first chunk',
    { bytes: 4 * chunkBytes, sha256, chunks: Array.from({ length: 4 }, () => sha256) },
    'hash',
  ],
])('a download that %s is ended there, not taken to its end', async (_, file, problem) => {
  const ended = Promise.withResolvers<void>();
  const source = await serveFile(file, (response) => {
    response.on('close', () => ended.resolve());
    // Without end: only the reader can end it.
    const more = () => void response.write(new Uint8Array(chunkBytes / 8), (error) => error ?? setImmediate(more));
    more();
  });
  expect(await source.read(0, 1).catch(failureOf)).toEqual({
    code: 'BUNDLE_FILE',
    data: { file: 'part.onnx', problem },
  });
  await ended.promise;
});

test('a file of many chunks is whole exactly when each is', async () => {
  const bytes = Uint8Array.from({ length: 2 * chunkBytes + 3 }, (_, at) => at ^ (at >> 8));
  const file = listed('part.onnx', bytes);
  let served = bytes;
  const source = await serveFile(file, (response) => response.end(served));
  for (const at of [0, chunkBytes, 2 * chunkBytes + 2]) {
    served = bytes.slice();
    served[at] = (served[at] ?? 0) ^ 1;
    expect(await source.read(0, 1).catch(failureOf)).toMatchObject({ data: { problem: 'hash' } });
  }
  served = bytes;
  expect(await source.read(2 * chunkBytes, 3)).toEqual(bytes.subarray(2 * chunkBytes));
});

describe('a server that falls silent', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test.each([
    ['before it answers', () => undefined],
    ['in the midst of a file', (response: ServerResponse) => void response.write(graph.subarray(0, 5))],
  ])('%s is waited for 30 seconds', async (_, begin) => {
    const asked = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const source = await serveFile(small, (response) => {
      begin(response);
      response.on('close', () => ended.resolve());
      asked.resolve();
    });
    const reading = source.read(0, 1).catch(failureOf);
    await asked.promise;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await reading).toEqual({ code: 'MODEL_FETCH', data: { file: 'part.onnx', problem: 'silent' } });
    await ended.promise;
  });

  test('but not one that is only slow', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    let arrived = 0;
    const source = await serveFile(small, asked.resolve, (path, done) => {
      if (path === 'part.onnx') arrived = done;
    });
    const reading = source.read(0, graph.length);
    const response = await asked.promise;
    for (const [at, byte] of graph.entries()) {
      await vi.advanceTimersByTimeAsync(20_000);
      response.write(Uint8Array.of(byte));
      while (arrived <= at) await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
    expect(await reading).toEqual(graph);
  });
});

test('a bundle.json without end is not read without end', async () => {
  server = createServer((_, response) => {
    const more = () => void response.write(' '.repeat(2 ** 20), (error) => error ?? setImmediate(more));
    more();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await openHttpFolder({ kind: 'http', base }, () => undefined).catch(failureOf)).toEqual({
    code: 'BUNDLE_FILE',
    data: { file: 'bundle.json', problem: 'size' },
  });
});

test('a site that refuses a file is told with its status', async () => {
  const source = await serveFile(small, (response) => response.writeHead(403).end());
  expect(await source.read(0, 1).catch(failureOf)).toEqual({
    code: 'MODEL_FETCH',
    data: { file: 'part.onnx', problem: 'refused', status: 403 },
  });
});

test('no server and no bundle are told apart', async () => {
  const base = await serve(new Map());
  expect(await openHttpFolder({ kind: 'http', base }, () => undefined).catch(failureOf)).toMatchObject({
    code: 'BUNDLE_FILE',
  });
  await new Promise((resolve) => server?.close(resolve));
  expect(await openHttpFolder({ kind: 'http', base }, () => undefined).catch(failureOf)).toMatchObject({
    code: 'MODEL_FETCH',
  });
});
