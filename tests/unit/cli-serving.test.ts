import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, open, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headersFor, parseHeaders } from '../../cli/headers-file.ts';
import { byteRange } from '../../cli/http-answer.ts';
import { nano } from '../../cli/nano.ts';
import { servedBundles } from '../../cli/served-bundles.ts';
import { decodedPath, type Listening, listenOnFreePort, serveFolders } from '../../cli/static-server.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe('_headers', () => {
  const rules = parseHeaders('/*\n  X-One: 1\n  X-Two: a: b\n\n# note\n/assets/*.js\n  X-One: 2\n');

  test('every fitting rule holds, later ones over earlier', () => {
    expect(headersFor(rules, '/')).toEqual({ 'X-One': '1', 'X-Two': 'a: b' });
    expect(headersFor(rules, '/assets/a.js')).toEqual({ 'X-One': '2', 'X-Two': 'a: b' });
    expect(headersFor(rules, '/assets/a-js')).toEqual({ 'X-One': '1', 'X-Two': 'a: b' });
  });
});

describe('paths and ranges', () => {
  test.each(['/../secret', '/a/%2e%2e/%2e%2e/b', '/%00', '/%', 'a'])('%s leads nowhere', (url) => {
    expect(decodedPath(url)).toBeUndefined();
  });

  test('a query is no part of the path', () => expect(decodedPath('/a%20b?c#d')).toBe('/a b'));

  test.each([
    ['bytes=0-3', { first: 0, last: 3 }],
    ['bytes=4-', { first: 4, last: 9 }],
    ['bytes=-2', { first: 8, last: 9 }],
    ['bytes=8-99', { first: 8, last: 9 }],
    ['bytes=10-11', 'outside'],
    ['bytes=5-2', undefined],
    ['bytes=-0', 'outside'],
    ['bytes=-99', { first: 0, last: 9 }],
    ['bytes=0-1,4-5', undefined],
    ['lines=1-2', undefined],
    ['bytes=-', undefined],
  ])('%s of ten bytes', (header, expected) => expect(byteRange(header, 10)).toEqual(expected));
});

describe('the server', () => {
  let work = '';
  let server: Listening;
  const script = 'const words = "again and again";\n'.repeat(200);
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'nexus-gen-serving-'));
    const folder = join(work, 'dist');
    await mkdir(folder);
    await writeFile(join(work, 'secret.txt'), 'secret');
    await writeFile(join(folder, 'index.html'), '<p>page</p>');
    await writeFile(join(folder, 'empty.txt'), '');
    await writeFile(join(folder, 'page.js'), script);
    await writeFile(join(folder, 'shard.bin'), script);
    await symlink(join(work, 'secret.txt'), join(folder, 'link.txt'));
    await symlink(work, join(folder, 'up'));
    const headers = () => ({ 'X-Policy': 'held' });
    const sites = [
      { prefix: '/linked/', folder, links: 'followed', headers: () => ({}) },
      { prefix: '/', folder, headers },
    ] as const;
    server = await listenOnFreePort(serveFolders(sites), 0);
  });
  afterAll(async () => {
    await server.close();
    await rm(work, { recursive: true });
  });

  /** As it goes over the wire: fetch neither names another host nor shows what is compressed. */
  function at(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      request({ host: 'localhost', port: server.port, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        });
      })
        .on('error', reject)
        .end();
    });
  }

  test('serves files with their type and headers', async () => {
    const { status, headers, body } = await at('/');
    expect([status, String(body)]).toEqual([200, '<p>page</p>']);
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'x-policy': 'held' });
    expect(String((await at('/empty.txt')).body)).toBe('');
  });

  test('serves a range, of which HEAD knows nothing', async () => {
    const ranged = { Range: 'bytes=3-6' };
    const { status, headers, body } = await at('/index.html', ranged);
    expect([status, String(body)]).toEqual([206, 'page']);
    expect(headers['content-range']).toBe('bytes 3-6/11');
    expect((await at('/index.html', ranged, 'HEAD')).status).toBe(200);
    expect((await at('/index.html', { Range: 'bytes=5-2' })).status).toBe(200);
  });

  test('what it refuses is refused under the policy, and not held by the browser', async () => {
    const refusals = [
      [404, await at('/nothing')],
      [404, await at('/%00')],
      [405, await at('/', {}, 'POST')],
      [416, await at('/', { Range: 'bytes=99-' })],
      [421, await at('/', { Host: 'rebound.example' })],
    ] as const;
    for (const [status, answered] of refusals) {
      expect(answered.status).toBe(status);
      expect(answered.headers).toMatchObject({ 'x-policy': 'held', 'cache-control': 'no-store' });
    }
    expect(refusals[2][1].headers.allow).toBe('GET, HEAD');
    expect(refusals[3][1].headers['content-range']).toBe('bytes */11');
  });

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:4173', '[::1]:4173'])('answers for the host %s', async (Host) => {
    expect((await at('/', { Host })).status).toBe(200);
  });

  test.each(['rebound.example', 'localhost.rebound.example:4173', '192.168.0.2', '127.0.0.1.nip.io'])(
    'is nobody for the host "%s"',
    async (Host) => expect((await at('/', { Host })).status).toBe(421),
  );

  test('links lead nowhere, unless a person serves a folder of their own', async () => {
    expect((await at('/link.txt')).status).toBe(404);
    expect((await at('/up/secret.txt')).status).toBe(404);
    expect(String((await at('/linked/link.txt')).body)).toBe('secret');
  });

  test('what the browser has already is not sent again', async () => {
    const { headers } = await at('/page.js');
    const { etag = '', 'last-modified': modified = '' } = headers;
    for (const known of [
      { 'If-None-Match': `"other", W/${etag}` },
      { 'If-None-Match': '*' },
      { 'If-Modified-Since': modified },
    ]) {
      const answered = await at('/page.js', known);
      expect([answered.status, answered.body.length]).toEqual([304, 0]);
      expect(answered.headers).toMatchObject({ etag, 'x-policy': 'held' });
    }
    expect((await at('/page.js', { 'If-None-Match': '"other"', 'If-Modified-Since': modified })).status).toBe(200);
  });

  test('the rest of a file is sent only where it is still the same file', async () => {
    const { headers } = await at('/shard.bin');
    const rest = { Range: 'bytes=10-' };
    for (const same of [headers.etag ?? '', headers['last-modified'] ?? '']) {
      expect((await at('/shard.bin', { ...rest, 'If-Range': same })).status).toBe(206);
    }
    for (const other of ['"other"', 'Thu, 01 Jan 1970 00:00:00 GMT', `W/${headers.etag}`]) {
      expect((await at('/shard.bin', { ...rest, 'If-Range': other })).status).toBe(200);
    }
  });

  test.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip;q=0.5, br;q=0', 'gzip', gunzipSync],
    ['*', 'br', brotliDecompressSync],
  ] as const)('texts are compressed for %s', async (accepted, encoding, decompress) => {
    const { headers, body } = await at('/page.js', { 'Accept-Encoding': accepted });
    expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
    expect(headers['content-length']).toBe(String(body.length));
    expect(body.length).toBeLessThan(script.length / 4);
    expect(String(decompress(body))).toBe(script);
    const plain = await at('/page.js');
    expect(plain.headers.etag).not.toBe(headers.etag);
    const again = await at('/page.js', { 'Accept-Encoding': accepted, 'If-None-Match': headers.etag ?? '' });
    expect(again.status).toBe(304);
  });

  test('shards and ranges are sent as they are', async () => {
    const wide = { 'Accept-Encoding': 'br, gzip' };
    expect((await at('/shard.bin', wide)).headers['content-encoding']).toBeUndefined();
    const part = await at('/page.js', { ...wide, Range: 'bytes=0-4' });
    expect([part.headers['content-encoding'], String(part.body)]).toEqual([undefined, 'const']);
  });

  test('takes the next port where one is in use', async () => {
    const next = await listenOnFreePort(serveFolders([]), server.port);
    expect(next.port).toBeGreaterThan(server.port);
    await next.close();
  });
});

test('further bundles stand in the page’s list, and their files are served beside it', async () => {
  const work = await mkdtemp(join(tmpdir(), 'nexus-gen-bundles-'));
  const [dist, mine, scratch] = ['dist', 'mine', 'scratch'].map((name) => join(work, name)) as [string, string, string];
  await mkdir(join(dist, 'models'), { recursive: true });
  const shipped = { id: 'nano', name: 'Nano', base: 'nano/' };
  await writeFile(join(dist, 'models', 'index.json'), JSON.stringify({ bundles: [shipped] }));
  for (const folder of [mine, scratch]) await mkdir(folder);
  await cp(join(nano, 'bundle.json'), join(mine, 'bundle.json'));
  const page = { folder: dist, headers: () => ({ 'X-Policy': 'held' }) };
  const sites = await servedBundles(page, [mine, mine], scratch);
  const server = await listenOnFreePort(serveFolders([...sites, { prefix: '/', ...page }]), 0);
  const models = `http://localhost:${server.port}/models/`;
  const list = await fetch(`${models}index.json`);
  expect(list.headers.get('x-policy')).toBe('held');
  const { bundles } = (await list.json()) as { bundles: { id: string; base: string; sha256?: string }[] };
  expect(bundles.map(({ id }) => id)).toEqual(['nano', 'nano-2', 'nano-3']);
  expect(bundles[0]).toEqual(shipped);
  for (const { base, sha256 } of bundles.slice(1)) {
    const manifest = await (await fetch(`${models}${base}bundle.json`)).bytes();
    expect(sha256).toBe(createHash('sha256').update(manifest).digest('hex'));
  }
  await server.close();
  await writeFile(join(mine, 'bundle.json'), '{}');
  await expect(servedBundles(page, [mine], scratch)).rejects.toThrow(/BUNDLE_MANIFEST/);
  await expect(servedBundles(page, [scratch], scratch)).rejects.toThrow(/FILE_UNREADABLE.*bundle\.json/);
  await rm(work, { recursive: true });
});

describe('a bundle of gigabytes', () => {
  // More than can be read into memory as one file.
  const size = 5 * 2 ** 30;
  const end = Buffer.from('the end of the shard');
  let work = '';
  let server: Listening;
  let shard = '';
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'nexus-gen-sparse-'));
    const [dist, mine, scratch] = ['dist', 'mine', 'scratch'].map((name) => join(work, name)) as [
      string,
      string,
      string,
    ];
    for (const folder of [mine, scratch, join(dist, 'models')]) await mkdir(folder, { recursive: true });
    await writeFile(join(dist, 'models', 'index.json'), JSON.stringify({ bundles: [] }));
    await cp(join(nano, 'bundle.json'), join(mine, 'bundle.json'));
    const file = await open(join(mine, 'shard.bin'), 'w');
    await file.write(end, 0, end.length, size - end.length);
    await file.close();
    const page = { folder: dist, headers: () => ({}) };
    server = await listenOnFreePort(serveFolders(await servedBundles(page, [mine], scratch)), 0);
    shard = `http://localhost:${server.port}/models/served-1/shard.bin`;
  });
  afterAll(async () => {
    await server.close();
    await rm(work, { recursive: true });
  });

  test('is served by range, wherever in it', async () => {
    const ranges = [
      [0, 9, Buffer.alloc(10)],
      [2 ** 31 - 2, 2 ** 31 + 1, Buffer.alloc(4)],
      [size - end.length, size - 1, end],
    ] as const;
    for (const [first, last, bytes] of ranges) {
      const answer = await fetch(shard, { headers: { Range: `bytes=${first}-${last}` } });
      expect([answer.status, answer.headers.get('content-range')]).toEqual([206, `bytes ${first}-${last}/${size}`]);
      expect(await answer.bytes()).toEqual(new Uint8Array(bytes));
    }
    expect((await fetch(shard, { headers: { Range: `bytes=${size}-` } })).status).toBe(416);
  });

  test('is read no further than somebody listens', async () => {
    const leaving = new AbortController();
    const answer = await fetch(shard, { signal: leaving.signal });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(size)]);
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    const before = process.memoryUsage().arrayBuffers;
    await answer.body?.getReader().read();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
    leaving.abort();
    expect((await fetch(shard, { headers: { Range: 'bytes=0-0' } })).status).toBe(206);
  });

  test('goes on by range only while it is the same file, and to no page of elsewhere', async () => {
    const elsewhere = { Origin: 'https://elsewhere.example', Range: 'bytes=0-3' };
    const answer = await fetch(shard, { headers: elsewhere });
    const names = [...answer.headers.keys()];
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    const etag = answer.headers.get('etag') ?? '';
    const ifRange = (version: string) =>
      fetch(shard, { headers: { Range: 'bytes=0-3', 'If-Range': version }, method: 'GET' });
    expect((await ifRange(etag)).status).toBe(206);
    await utimes(join(work, 'mine', 'shard.bin'), 1, 1);
    const changed = await ifRange(etag);
    expect(changed.status).toBe(200);
    await changed.body?.cancel();
  });
});
