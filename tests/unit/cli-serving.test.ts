import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headersFor, parseHeaders } from '../../cli/headers-file.ts';
import { byteRange, decodedPath, type Listening, listenOnFreePort, serveFolders } from '../../cli/static-server.ts';

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
    ['bytes=3-1', 'outside'],
    ['lines=1-2', undefined],
    ['bytes=-', undefined],
  ])('%s of ten bytes', (header, expected) => expect(byteRange(header, 10)).toEqual(expected));
});

describe('the server', () => {
  let folder = '';
  let server: Listening;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-gen-serving-'));
    await writeFile(join(folder, 'index.html'), '<p>page</p>');
    await writeFile(join(folder, 'empty.txt'), '');
    server = await listenOnFreePort(serveFolders([{ prefix: '/', folder, headers: () => ({ 'X-Own': 'yes' }) }]), 0);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const at = (path: string, init?: RequestInit) => fetch(`http://localhost:${server.port}${path}`, init);

  test('serves files with their type and headers', async () => {
    const response = await at('/');
    expect(await response.text()).toBe('<p>page</p>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-own')).toBe('yes');
    expect(await (await at('/empty.txt')).text()).toBe('');
  });

  test('serves a range', async () => {
    const response = await at('/index.html', { headers: { Range: 'bytes=3-6' } });
    expect([response.status, await response.text()]).toEqual([206, 'page']);
  });

  test('refuses what is not there, and other methods', async () => {
    expect((await at('/nothing')).status).toBe(404);
    expect((await at('/', { method: 'POST' })).status).toBe(405);
  });

  test('takes the next port where one is in use', async () => {
    const next = await listenOnFreePort(serveFolders([]), server.port);
    expect(next.port).toBeGreaterThan(server.port);
    await next.close();
  });
});
