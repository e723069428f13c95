/** A bundle at an address: which hosts are asked, and servers good and bad. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { failure } from '../../model/failure.ts';
import { filesAtAddress } from '../../workers/library/bundle-files.ts';
import { askOf, folderAddress } from '../../workers/library/hosts.ts';
import { fakeBundle } from '../helpers/fake-library.ts';
import { failureFrom } from '../helpers/sources.ts';

const site = 'http://localhost:4173';
const bundle = fakeBundle();
const large = bundle.contents.get('large.bin') ?? new Uint8Array();
const file = bundle.files[0] ?? expect.fail('the bundle has a large file');

describe('addresses', () => {
  test.each([
    ['https://models.test/tiny/', 'https://models.test/tiny/'],
    ['  https://models.test/tiny/bundle.json ', 'https://models.test/tiny/'],
    ['https://models.test:8443/a/tiny', 'https://models.test:8443/a/tiny/'],
    ['https://models.test', 'https://models.test/'],
    ['http://localhost:4173/models/nano/', 'http://localhost:4173/models/nano/'],
  ])('%s is the folder %s', (text, folder) => {
    expect(folderAddress(text, site).href).toBe(folder);
  });

  test.each([
    ['no address', ['', 'tiny', 'models.test/tiny/', 'https://', 'https:// models.test/']],
    [
      'not https',
      ['ftp://models.test/', 'http://models.test/', 'http://localhost:4174/', 'data:,x', 'javascript:alert(1)'],
    ],
    ['more than a folder', ['https://me:secret@models.test/', 'https://models.test/?key=1', 'https://models.test/#a']],
  ] as const)('what cannot be asked is refused, as %s: %s', async (problem, texts) => {
    for (const text of texts) {
      expect(await failureFrom(() => folderAddress(text, site))).toEqual(failure('ADDRESS_INVALID', { problem }));
    }
  });
});

describe('hosts', () => {
  const answer = (url: string) => async () => Object.defineProperty(new Response('x'), 'url', { value: url });
  const allowed = new Set(['models.test', 'cdn.test:8443']);

  test('no other host is asked', async () => {
    let asked = 0;
    const ask = askOf(allowed, site, async () => {
      asked += 1;
      return new Response('x');
    });
    for (const address of ['https://other.test/', 'http://models.test/', 'https://models.test:444/']) {
      const host = new URL(address).host;
      expect(await failureFrom(() => ask(new URL(address), {}))).toEqual(failure('HOST_REFUSED', { host }));
    }
    expect(asked).toBe(0);
    await ask(new URL('https://models.test/a'), {});
    await ask(new URL(`${site}/a`), {});
    expect(asked).toBe(2);
  });

  test('nothing is read of where a redirect leads, unless that is allowed too', async () => {
    const start = new URL('https://models.test/a');
    const elsewhere = askOf(allowed, site, answer('https://cdn.test/a'));
    expect(await failureFrom(() => elsewhere(start, {}))).toEqual(failure('HOST_REFUSED', { host: 'cdn.test' }));
    const there = askOf(allowed, site, answer('https://cdn.test:8443/a'));
    expect(await (await there(start, {})).text()).toBe('x');
  });

  test('a request takes nothing of the person along', async () => {
    const requests: RequestInit[] = [];
    const ask = askOf(allowed, site, async (_, request) => {
      requests.push(request);
      return new Response('x');
    });
    await ask(new URL('https://models.test/a'), { method: 'POST', credentials: 'include' });
    expect(requests).toMatchObject([{ method: 'GET', credentials: 'omit', referrerPolicy: 'no-referrer' }]);
  });
});

describe('servers', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener) {
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return filesAtAddress(base, fetch);
  }

  async function take(files: ReturnType<typeof filesAtAddress>, first: number, count: number) {
    const taken: number[] = [];
    const never = new AbortController().signal;
    await files.chunks(
      file,
      { first, count },
      async (at, bytes) => {
        expect(Buffer.compare(bytes, large.subarray(at * chunkBytes, (at + 1) * chunkBytes))).toBe(0);
        taken.push(at);
      },
      never,
    );
    return taken;
  }

  const byRange: RequestListener = ({ headers }, response) => {
    const [, first = 0, last = large.length - 1] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')?.map(Number) ?? [];
    if (headers.range === undefined) return void response.end(large);
    response.writeHead(206, { 'Content-Range': `bytes ${first}-${last}/${large.length}` });
    response.end(large.subarray(first, last + 1));
  };

  test('what is missing is one request, from there on', async () => {
    const ranges: unknown[] = [];
    const files = await serve((request, response) => {
      ranges.push(request.headers.range);
      byRange(request, response);
    });
    expect(await take(files, 1, 2)).toEqual([1, 2]);
    expect(await take(files, 0, 3)).toEqual([0, 1, 2]);
    expect(ranges).toEqual([`bytes=${chunkBytes}-${large.length - 1}`, undefined]);
  });

  test('a server without ranges sends the file again; what is there is passed over', async () => {
    const files = await serve((_, response) => response.end(large));
    expect(await take(files, 1, 1)).toEqual([1]);
  });

  test.each<[string, RequestListener, object]>([
    ['a login page', (_, r) => r.setHeader('Content-Type', 'text/html').end('<html>'), { problem: 'page' }],
    ['a longer file', (_, r) => void r.end(Buffer.concat([large, large])), { problem: 'size' }],
    ['another file', (_, r) => void r.end(large.map((byte) => byte ^ 1)), { problem: 'hash' }],
    ['no file', (_, r) => r.writeHead(404).end(), { problem: 'missing' }],
    ['a refusal', (_, r) => r.writeHead(403).end(), { problem: 'refused', status: 403 }],
    ['a shorter file', (_, r) => void r.end(large.subarray(0, 100)), { problem: 'unreachable' }],
  ])('%s is recognised', async (_, listener, data) => {
    const files = await serve(listener);
    expect((await failureFrom(() => take(files, 0, 3))).data).toMatchObject(data);
  });

  test('its speed is measured, also where it would go on for ever', async () => {
    const files = await serve((_, response) => {
      const timer = setInterval(() => response.write(new Uint8Array(1000)), 10);
      response.on('close', () => clearInterval(timer));
    });
    const rate = await files.rate(file);
    expect(rate).toBeGreaterThan(0);
    expect(rate).toBeLessThan(1e6);
  });
});
