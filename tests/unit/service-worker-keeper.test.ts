/** What the service worker keeps of the page, and what it answers with. */
import '../helpers/with-resolvers.ts';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Keeper } from '../../workers/service-worker/keeper.ts';
import { KeptFiles } from '../../workers/service-worker/kept-files.ts';
import { Notes } from '../../workers/service-worker/notes.ts';
import type { Release } from '../../workers/service-worker/protocol.ts';
import { FakeCaches } from '../helpers/fake-caches.ts';

const base = 'https://page.test/sub/';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

type Files = Readonly<Record<string, string>>;

const app: Files = { 'index.html': 'page one', 'assets/main-1.js': 'main one', 'assets/lazy-1.js': 'lazy one' };
const model: Files = { 'models/nano/bundle.json': 'nano', 'models/nano/shard.bin': 'weights' };
const runtimes: Files = { 'assets/ort.a.wasm': 'runtime a', 'assets/ort.b.wasm': 'runtime b' };

const hashed = (files: Files) => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, hash(text)]));

function releaseOf(version: string, own: Files = app, onUse: Files = { ...model, ...runtimes }): Release {
  return { version, app: hashed(own), onUse: hashed(onUse) };
}

function listOf(sha256: string): string {
  return JSON.stringify({ bundles: [{ id: 'nano', name: 'Nano', base: 'nano/', sha256 }] });
}

/** A browser and a host: which files it has, and which it was asked for. */
function browser(release: Release = releaseOf('one'), caches = new FakeCaches()) {
  const host = new Map<string, string>(Object.entries({ ...app, ...model, ...runtimes }));
  host.set('models/index.json', listOf(hash('nano')));
  const asked: string[] = [];
  const inUse = new Set<string>();
  const work: Promise<unknown>[] = [];
  let isOnline = true;
  const send = async (path: string): Promise<Response> => {
    asked.push(path);
    if (!isOnline) throw new TypeError('Failed to fetch');
    const text = host.get(path);
    return text === undefined ? new Response('none', { status: 404 }) : new Response(text);
  };
  const files = new KeptFiles(caches as unknown as CacheStorage, base);
  const notes = new Notes(caches as unknown as CacheStorage, base);
  const keeper = new Keeper({
    release,
    base,
    files,
    notes,
    fetch: (address) => send(String(address).slice(base.length) || 'index.html'),
    isInUse: async (version) => inUse.has(version),
  });
  const until = (begun: Promise<unknown>) => void work.push(begun);
  const textOf = async (answer: Promise<Response>) => {
    const text = await (await answer).text();
    await Promise.all(work);
    return text;
  };
  return {
    caches,
    host,
    asked,
    inUse,
    notes,
    keeper,
    askedSince: () => asked.splice(0),
    unplug: () => {
      isOnline = false;
    },
    open: () => textOf(keeper.page(() => send('index.html'), until)),
    fetch: (path: string) => textOf(keeper.file(path, () => send(path), until)),
    models: () => textOf(keeper.modelList(() => send('models/index.json'))),
  };
}

test('a file is kept from the page’s own fetch, and two who want it at once share it', async () => {
  const person = browser();
  expect(await Promise.all([person.fetch('assets/ort.a.wasm'), person.fetch('assets/ort.a.wasm')])).toEqual([
    'runtime a',
    'runtime a',
  ]);
  expect(person.askedSince()).toEqual(['assets/ort.a.wasm']);
  person.unplug();
  expect(await person.fetch('assets/ort.a.wasm')).toBe('runtime a');
});

test('keeping fetches what is missing of the app, the rest of a model in use, and no other runtime', async () => {
  const person = browser();
  await person.models();
  await person.fetch('assets/main-1.js');
  await person.fetch('assets/ort.a.wasm');
  await person.fetch('models/nano/bundle.json');
  person.askedSince();
  expect(await person.keeper.keep()).toBe('whole');
  expect(person.askedSince().sort()).toEqual(['assets/lazy-1.js', 'index.html', 'models/nano/shard.bin']);
  expect(await person.keeper.keep()).toBe('whole');
  expect(person.askedSince()).toEqual([]);
});

test('a page that is kept in part is the host’s; only one that is whole is answered from here', async () => {
  const person = browser();
  person.host.delete('assets/lazy-1.js');
  expect(await person.keeper.keep()).toBe('not yet');
  expect(person.asked).toContain('index.html');
  person.host.set('index.html', 'page two');
  expect(await person.open()).toBe('page two');
  person.host.set('index.html', 'page one').set('assets/lazy-1.js', 'lazy one');
  expect(await person.keeper.keep()).toBe('whole');
  person.host.set('index.html', 'page two');
  expect(await person.open()).toBe('page one');
});

test('files of another release are passed on and not kept for this one', async () => {
  const person = browser();
  person.host.set('index.html', 'page two');
  expect(await person.fetch('index.html')).toBe('page two');
  expect(await person.keeper.keep()).toBe('not yet');
  person.unplug();
  await expect(person.open()).rejects.toThrow('Failed to fetch');
});

test('a damaged file is noticed and fetched again', async () => {
  const person = browser();
  await person.keeper.keep();
  person.caches.damage(hash('main one'));
  person.askedSince();
  expect(await person.fetch('assets/main-1.js')).toBe('main one');
  expect(person.askedSince()).toEqual(['assets/main-1.js']);
  expect(await person.fetch('assets/main-1.js')).toBe('main one');
  expect(person.askedSince()).toEqual([]);
});

test.each([
  ['full', 'isFull'],
  ['refused', 'isRefused'],
] as const)('where the browser’s room is %s the page goes on, and it is said', async (_, what) => {
  const person = browser();
  person.caches[what] = true;
  expect(await person.models()).toBe(listOf(hash('nano')));
  expect(await person.fetch('assets/main-1.js')).toBe('main one');
  expect(await person.fetch('models/nano/shard.bin')).toBe('weights');
  expect(await person.open()).toBe('page one');
  expect(await person.keeper.keep()).toBe('no room');
});

test('a model that the host has replaced is the host’s', async () => {
  const person = browser();
  await person.models();
  await person.fetch('models/nano/shard.bin');
  person.host.set('models/index.json', listOf(hash('newer nano'))).set('models/nano/shard.bin', 'newer weights');
  await person.models();
  expect(await person.fetch('models/nano/shard.bin')).toBe('newer weights');
  expect(await person.keeper.keep()).toBe('whole');
});

test('the list of models is the host’s own, and the last one without a network', async () => {
  const person = browser();
  await person.models();
  person.host.set('models/index.json', listOf('other'));
  expect(await person.models()).toBe(listOf('other'));
  person.unplug();
  expect(await person.models()).toBe(listOf('other'));
});

test('a tab of an earlier release keeps its files until it is closed', async () => {
  const first = browser();
  await first.notes.writeRelease(releaseOf('one'));
  await first.keeper.keep();
  const later: Files = { ...app, 'index.html': 'page two', 'assets/main-2.js': 'main two' };
  const { 'assets/main-1.js': _, ...newer } = later;
  const second = browser(releaseOf('two', newer), first.caches);
  for (const [path, text] of Object.entries(newer)) second.host.set(path, text);
  second.host.delete('assets/main-1.js');
  await second.notes.writeRelease(releaseOf('two', newer));
  expect(await second.keeper.keep()).toBe('whole');
  // What both have is not fetched again.
  expect(second.askedSince().sort()).toEqual(['assets/main-2.js', 'index.html']);
  second.inUse.add('one');
  await second.keeper.sweep();
  expect(await (await second.keeper.earlier('assets/main-1.js'))?.text()).toBe('main one');
  second.inUse.delete('one');
  await second.keeper.sweep();
  expect(await second.keeper.earlier('assets/main-1.js')).toBeNull();
  second.unplug();
  expect([await second.open(), await second.fetch('assets/lazy-1.js')]).toEqual(['page two', 'lazy one']);
});
