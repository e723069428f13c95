/** A checkpoint's file with a distant host: read as it arrives, from servers good and bad. */
import { afterEach, describe, expect, test } from 'vitest';
import type { ByteSource } from '../../model/checkpoint/source.ts';
import { failure } from '../../model/failure.ts';
import { lookUp, RemoteFolder } from '../../workers/library/remote-source.ts';
import { etagOf, type Meddling, RangeServer, rangeOf } from '../helpers/range-server.ts';
import { failureFrom } from '../helpers/sources.ts';
import { distinctBytes } from '../helpers/tiny-manifest.ts';

const path = 'model.safetensors';
const bytes = distinctBytes(100_000);

let server: RangeServer;
afterEach(() => server.close());

interface Opened {
  readonly gate?: string;
  readonly wait?: (ms: number) => Promise<void>;
}

async function open({ gate, wait = async () => undefined }: Opened = {}): Promise<ByteSource> {
  server = await RangeServer.start(new Map([[path, bytes]]));
  const place = { path, address: new URL(path, server.base), gate: gate ?? null };
  const file = (await lookUp(place, fetch)) ?? expect.fail('the server has it');
  server.asked.length = 0;
  return new RemoteFolder([file], { ask: fetch, wait }).open(path);
}

async function readAll(source: ByteSource, step = 10_000): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < source.size; at += step) {
    pieces.push(await source.read(at, Math.min(step, source.size - at), source.size));
  }
  return Buffer.concat(pieces);
}

/** Breaks the line of each of the first requests behind so many bytes. */
function cutting(times: number, behind: number): Meddling {
  let left = times;
  return (request, response) => {
    const [first, last] = rangeOf(request) ?? [0, 0];
    if (left-- <= 0) return false;
    response.writeHead(206, {
      'Content-Range': `bytes ${first}-${last}/${bytes.length}`,
      'Content-Length': last - first + 1,
      ETag: etagOf(bytes),
    });
    response.write(bytes.subarray(first, first + behind), () => setTimeout(() => response.destroy(), 20));
    return true;
  };
}

describe('reading', () => {
  test('one piece after the other is one request, a range by itself another', async () => {
    const source = await open();
    expect(source).toMatchObject({ size: bytes.length, version: `${bytes.length} ${etagOf(bytes)}` });
    expect(Buffer.compare(await readAll(source), bytes)).toBe(0);
    expect(Buffer.compare(await source.read(500, 20), bytes.subarray(500, 520))).toBe(0);
    expect(server.asked).toEqual([
      { path, first: 0, last: bytes.length - 1 },
      { path, first: 500, last: 519 },
    ]);
  });

  test('a run that is left for another place ends there', async () => {
    const source = await open();
    await source.read(0, 1000, 50_000);
    expect(Buffer.compare(await source.read(60_000, 10, 70_000), bytes.subarray(60_000, 60_010))).toBe(0);
    expect(Buffer.compare(await source.read(60_010, 10, 70_000), bytes.subarray(60_010, 60_020))).toBe(0);
    expect(server.asked.map(({ first, last }) => [first, last])).toEqual([
      [0, 49_999],
      [60_000, 69_999],
    ]);
  });

  test('reads at the same time get their own bytes', async () => {
    const source = await open();
    const places = Array.from({ length: 20 }, (_, at) => at * 4000);
    const read = await Promise.all(places.map((at) => source.read(at, 100, at % 8000 === 0 ? at + 3000 : undefined)));
    for (const [index, at] of places.entries()) {
      expect(Buffer.compare(read[index] ?? new Uint8Array(), bytes.subarray(at, at + 100)), `${at}`).toBe(0);
    }
  });

  test('what lies outside is not asked for', async () => {
    const source = await open();
    expect((await failureFrom(() => source.read(bytes.length - 5, 6))).code).toBe('FILE_TRUNCATED');
    expect(await source.read(10, 0)).toHaveLength(0);
    expect(server.asked).toEqual([]);
  });
});

describe('a line that is cut', () => {
  test('goes on with the byte that is lacking', async () => {
    const source = await open();
    server.meddle = cutting(3, 7000);
    expect(Buffer.compare(await readAll(source), bytes)).toBe(0);
    expect(server.asked.map(({ first }) => first)).toEqual([0, 7000, 14_000, 21_000]);
  });

  test('that stays cut is told, after waits', async () => {
    const waited: number[] = [];
    const source = await open({ wait: async (ms) => void waited.push(ms) });
    server.meddle = (_, response) => {
      response.destroy();
      return true;
    };
    const failed = await failureFrom(() => source.read(0, 10));
    expect(failed).toEqual(failure('MODEL_FETCH', { file: path, problem: 'unreachable' }));
    expect(waited).toEqual([1000, 4000, 16_000]);
  });

  test('a server that is busy is asked again', async () => {
    const source = await open();
    const busy = [429, 503];
    server.meddle = (_, response) => {
      const status = busy.shift();
      if (status === undefined) return false;
      response.writeHead(status).end();
      return true;
    };
    expect(await source.read(0, 10)).toHaveLength(10);
  });
});

describe('another version on the server', () => {
  const changed = failure('SOURCE_CHANGED', { file: path });

  test.each<[string, Uint8Array]>([
    ['of the same size', bytes.map((byte) => byte ^ 1)],
    ['of another size', distinctBytes(bytes.length + 1)],
    ['that is shorter', bytes.subarray(0, 50)],
  ])('%s is told, and nothing of it is used', async (_, other) => {
    const source = await open();
    await source.read(0, 10_000, 20_000);
    server.files.set(path, other);
    expect(await failureFrom(() => source.read(50_000, 10, 60_000))).toEqual(changed);
  });

  test('in the middle of a run that was cut is not joined to the first', async () => {
    const source = await open();
    const cut = cutting(1, 7000);
    server.meddle = (...asked) => {
      const isCut = cut(...asked);
      server.files.set(
        path,
        bytes.map((byte) => byte ^ 1),
      );
      return isCut;
    };
    expect(await failureFrom(() => readAll(source))).toEqual(changed);
  });
});

describe('servers that are none of that', () => {
  const answers: readonly [string, Meddling, object][] = [
    [
      'ignores ranges',
      (_, response) => {
        response.end(bytes);
        return true;
      },
      { code: 'MODEL_FETCH', data: { file: path, problem: 'no ranges' } },
    ],
    [
      'sends another stretch',
      (_, response) => {
        response.writeHead(206, { 'Content-Range': `bytes 0-99/${bytes.length}` }).end(bytes.subarray(0, 100));
        return true;
      },
      { code: 'MODEL_FETCH', data: { file: path, problem: 'no ranges' } },
    ],
    [
      'sends more than was asked for',
      (_, response) => {
        response.writeHead(206, { ETag: etagOf(bytes) }).end(bytes);
        return true;
      },
      { code: 'BUNDLE_FILE', data: { file: path, problem: 'size' } },
    ],
    [
      'answers a login page',
      (_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<html>');
        return true;
      },
      { code: 'BUNDLE_FILE', data: { file: path, problem: 'page' } },
    ],
    [
      'has it no more',
      (_, response) => {
        response.writeHead(404).end();
        return true;
      },
      { code: 'BUNDLE_FILE', data: { file: path, problem: 'missing' } },
    ],
  ];

  test.each(answers)('one that %s is recognised', async (_, meddle, failed) => {
    const source = await open();
    server.meddle = meddle;
    expect(await failureFrom(() => source.read(1000, 100))).toEqual(failed);
  });

  test.each([401, 403])('status %i of a gated file says where its licence is accepted', async (status) => {
    const gate = 'https://models.test/licence';
    const source = await open({ gate });
    server.meddle = (_, response) => {
      response.writeHead(status).end();
      return true;
    };
    const { host } = server.base;
    expect(await failureFrom(() => source.read(0, 10))).toEqual(failure('MODEL_GATED', { file: path, host, gate }));
    server.close();
    const other = await open();
    server.meddle = (_, response) => {
      response.writeHead(status).end();
      return true;
    };
    const refused = failure('MODEL_FETCH', { file: path, problem: 'refused', status });
    expect(await failureFrom(() => other.read(0, 10))).toEqual(refused);
  });
});
