/** A large file of a bundle over HTTP: fetched in stretches, each checked, from servers good and bad. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { ByteSource } from '../../model/checkpoint/source.ts';
import { type Failure, failureOf } from '../../model/failure.ts';
import { openHttpFolder } from '../../workers/bundle/http-folder.ts';
import { distinctBytes, listed, tinyManifest } from '../helpers/tiny-manifest.ts';

const shard = distinctBytes(6 * chunkBytes + 5);
const smaller = shard.subarray(0, 3 * chunkBytes);

type Answer = (response: ServerResponse, range: readonly [first: number, last: number] | null) => void;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

function rangeOf({ headers }: IncomingMessage): readonly [number, number] | null {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return first === undefined ? null : [Number(first), Number(last)];
}

/** A shard on a server that answers so, and every range that was asked of it. */
async function openShard(bytes: Uint8Array, answer: Answer) {
  const asked: (string | null)[] = [];
  const file = listed('shard.bin', bytes);
  server = createServer((request, response) => {
    if (request.url !== '/shard.bin') return void response.end(JSON.stringify({ ...tinyManifest, files: [file] }));
    asked.push(request.headers.range ?? null);
    answer(response, rangeOf(request));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const told: number[] = [];
  const progress = (path: string, done: number, total: number) =>
    void (path === 'shard.bin' && told.push(done / total));
  const { folder } = await openHttpFolder({ kind: 'http', base }, progress);
  return { source: await folder.open('shard.bin'), asked, told };
}

function byRange(bytes: Uint8Array): Answer {
  return (response, range) => {
    if (range === null) return void response.end(bytes);
    const [first, last] = range;
    response.writeHead(206, { 'Content-Range': `bytes ${first}-${last}/${bytes.length}` });
    response.end(bytes.subarray(first, last + 1));
  };
}

const whole: Answer = (response) => void response.end(shard);
const chunk = (at: number) => `bytes=${at * chunkBytes}-${Math.min(shard.length, (at + 1) * chunkBytes) - 1}`;

async function failureOfReading(source: ByteSource, offset = 0): Promise<Failure> {
  return failureOf(
    await source.read(offset, 1).then(
      () => new Error('was read'),
      (error: unknown) => error,
    ),
  );
}

test('of a large file only the chunks that are wanted are fetched', async () => {
  const { source, asked, told } = await openShard(shard, byRange(shard));
  expect(await source.read(chunkBytes - 2, 4)).toEqual(shard.subarray(chunkBytes - 2, chunkBytes + 2));
  expect(asked).toEqual([chunk(0), chunk(1)]);
  expect(await source.read(chunkBytes + 2, 9)).toEqual(shard.subarray(chunkBytes + 2, chunkBytes + 11));
  expect(await source.read(shard.length - 1, 1)).toEqual(shard.subarray(-1));
  expect(asked).toEqual([chunk(0), chunk(1), chunk(6)]);
  expect(told.at(-1)).toBe(1);
});

test('it is read whole, from any byte to any byte, and is not held', async () => {
  const { source, asked } = await openShard(shard, byRange(shard));
  expect(Buffer.compare(await source.read(3, shard.length - 3), shard.subarray(3))).toBe(0);
  expect([...asked].sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map(chunk).sort());
  await source.read(0, 1);
  expect(asked).toHaveLength(8);
});

test('reads of one chunk at the same time are one request', async () => {
  const { source, asked } = await openShard(shard, byRange(shard));
  await Promise.all([source.read(0, 10), source.read(5, 10), source.read(chunkBytes - 1, 1)]);
  expect(asked).toEqual([chunk(0)]);
});

test('a server without ranges serves what can be held, as a whole and once', async () => {
  const { source, asked } = await openShard(smaller, (response) => void response.end(smaller));
  expect(await source.read(2 * chunkBytes, 4)).toEqual(smaller.subarray(2 * chunkBytes, 2 * chunkBytes + 4));
  expect(Buffer.compare(await source.read(0, smaller.length), smaller)).toBe(0);
  expect(asked.filter((range) => range === null)).toHaveLength(1);
});

const noRanges = { code: 'MODEL_FETCH', data: { file: 'shard.bin', problem: 'no ranges' } };
const fileIs = (problem: string) => ({ code: 'BUNDLE_FILE', data: { file: 'shard.bin', problem } });
const answering = (status: number, headers: Record<string, string>, body: Uint8Array | string): Answer => {
  return (response) => void response.writeHead(status, headers).end(body);
};
const changed = shard.slice();
changed[chunkBytes + 7] = 255 - (shard[chunkBytes + 7] ?? 0);
const second = shard.subarray(chunkBytes, 2 * chunkBytes);
const secondRange = `bytes ${chunkBytes}-${2 * chunkBytes - 1}`;
const html = { 'Content-Type': 'text/html; charset=utf-8' };

test.each<[string, Answer, unknown]>([
  ['ignores ranges', whole, noRanges],
  [
    'sends another stretch and says so',
    answering(206, { 'Content-Range': `bytes 0-4/${shard.length}` }, second),
    noRanges,
  ],
  ['names its range in words of its own', answering(206, { 'Content-Range': 'all of it' }, second), noRanges],
  ['sends another stretch and does not say so', answering(206, {}, shard.subarray(0, chunkBytes)), fileIs('hash')],
  [
    'has a file of another size',
    answering(206, { 'Content-Range': `${secondRange}/99999999` }, second),
    fileIs('size'),
  ],
  ['has a shorter file', answering(416, { 'Content-Range': 'bytes */7' }, ''), fileIs('size')],
  ['ends early', answering(206, { 'Content-Range': `${secondRange}/*` }, second.subarray(9)), fileIs('size')],
  ['goes on and on', answering(206, { 'Content-Range': `${secondRange}/*` }, shard), fileIs('size')],
  ['has a file with one other byte', byRange(changed), fileIs('hash')],
  ['answers with a login page', answering(200, html, '<!doctype html>'), fileIs('page')],
  ['answers ranges with a login page', answering(206, html, '<!doctype html>'), fileIs('page')],
  ['has it no more', answering(404, html, '<!doctype html>'), fileIs('missing')],
  [
    'wants a login',
    answering(401, html, '<!doctype html>'),
    { code: 'MODEL_FETCH', data: { file: 'shard.bin', problem: 'refused', status: 401 } },
  ],
  [
    'hangs up in the midst of it',
    (response) => {
      response.writeHead(206, { 'Content-Length': chunkBytes });
      response.write(second.subarray(0, 9), () => response.destroy());
    },
    { code: 'MODEL_FETCH', data: { file: 'shard.bin', problem: 'unreachable' } },
  ],
])('a server that %s', async (_, answer, failure) => {
  const { source } = await openShard(shard, answer);
  expect(await failureOfReading(source, chunkBytes)).toEqual(failure);
});

test('a file that becomes another under way is noticed at the next chunk, and read again once it is back', async () => {
  let served: Uint8Array = shard;
  const { source } = await openShard(shard, (response, range) => byRange(served)(response, range));
  await source.read(0, 1);
  served = changed;
  expect(await failureOfReading(source, chunkBytes)).toEqual(fileIs('hash'));
  served = shard;
  expect(await source.read(chunkBytes, 1)).toEqual(shard.subarray(chunkBytes, chunkBytes + 1));
});

test('after a wrong chunk nothing more of that read is asked for', async () => {
  const wrong = shard.slice();
  wrong[0] = 255 - (shard[0] ?? 0);
  const ended = Promise.withResolvers<void>();
  const { source, asked } = await openShard(shard, async (response, range) => {
    if (range?.[0] !== 0) await ended.promise;
    byRange(wrong)(response, range);
  });
  const failure = failureOf(await source.read(0, shard.length).catch((error: unknown) => error));
  expect(failure).toEqual(fileIs('hash'));
  ended.resolve();
  // Those that were on their way arrive before this one does.
  await source.read(6 * chunkBytes, 1);
  await source.read(chunkBytes, 3 * chunkBytes);
  expect(asked).toEqual([0, 1, 2, 3, 6].map(chunk));
});

test('a file of two chunks is one request, whole', async () => {
  const small = shard.subarray(0, 2 * chunkBytes);
  const { source, asked } = await openShard(small, byRange(small));
  await source.read(2 * chunkBytes - 1, 1);
  await source.read(0, 1);
  expect(asked).toEqual([null]);
});

describe('a server that falls silent', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('within a stretch is waited for 30 seconds', async () => {
    const asked = Promise.withResolvers<void>();
    const { source } = await openShard(shard, (response) => {
      response.writeHead(206);
      response.write(second.subarray(0, 9));
      asked.resolve();
    });
    const reading = failureOfReading(source, chunkBytes);
    await asked.promise;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await reading).toEqual({ code: 'MODEL_FETCH', data: { file: 'shard.bin', problem: 'silent' } });
  });
});
