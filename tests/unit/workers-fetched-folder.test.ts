/** A bundle over HTTP: what arrives wrong is refused by name, and asked for again the next time. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { fetchBundle } from '../../workers/bundle/fetched-folder.ts';

const graph = new TextEncoder().encode('a graph, for all that matters here');
const sha256 = createHash('sha256').update(graph).digest('hex');

const manifest = {
  format: 'nexus-gen-bundle',
  version: 1,
  id: 'tiny',
  name: 'Tiny',
  licences: [],
  sources: [],
  config: {},
  precision: 'q8',
  context: 'turn',
  forms: 'trained',
  defaults: {
    width: 64,
    height: 64,
    steps: 2,
    guidance: 3.5,
    cfg: 1,
    editing_cfg: 1,
    negative: '',
    strength: 1,
    sampling: {},
  },
  tokenizer: null,
  graphs: [],
  shards: [],
  files: [{ path: 'part.onnx', bytes: graph.length, sha256 }],
};

let server: Server | undefined;
afterEach(() => server?.close());

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
  const { folder } = await fetchBundle(base, () => undefined);
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
  const { folder, sha256: name } = await fetchBundle(base, (...told) => seen.push(told));
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
  const { folder } = await fetchBundle(base, () => undefined);
  const source = await folder.open('part.onnx');
  await expect(source.read(0, 1)).rejects.toMatchObject({ failure: { code: 'BUNDLE_FILE' } });
  files.set('part.onnx', graph);
  expect(await source.read(0, 1)).toEqual(graph.subarray(0, 1));
});

test('no server and no bundle are told apart', async () => {
  const base = await serve(new Map());
  expect(await fetchBundle(base, () => undefined).catch(failureOf)).toMatchObject({ code: 'BUNDLE_FILE' });
  await new Promise((resolve) => server?.close(resolve));
  expect(await fetchBundle(base, () => undefined).catch(failureOf)).toMatchObject({ code: 'FILE_UNREADABLE' });
});
