/** A checkpoint with a distant host becomes a model while it arrives, also after any interruption. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failure, failureOf } from '../../model/failure.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { checkpointAtAddress } from '../../workers/library/checkpoint-at-address.ts';
import type { LibraryEvent } from '../../workers/library/protocol.ts';
import { converted, files } from '../helpers/conversion.ts';
import { CountedFiles, fakeBundle, openLibrary } from '../helpers/fake-library.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { expectInstalled } from '../helpers/installed-files.ts';
import { RangeServer } from '../helpers/range-server.ts';
import { failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

const terminal = (await converted('q4')).files;
const noBundle = new CountedFiles(fakeBundle());
const source = { kind: 'address', address: 'https://models.test/checkpoint/', hosts: [] } as const;

let server: RangeServer;
beforeEach(async () => {
  server = await RangeServer.start(files);
});
afterEach(() => server.close());

const connection = { ask: fetch, wait: async () => undefined };

function open(disk: FaultFolder, tell: (event: LibraryEvent) => void = () => undefined) {
  return openLibrary(disk, noBundle, { checkpointOf: () => checkpointAtAddress(server.base, connection), tell });
}

const expectAsTerminal = (disk: FaultFolder, key: string) => expectInstalled(disk, key, terminal);

/** Bytes of tensors that were sent more than once, and how often something was asked for. */
function sentTwice(): number {
  const seen = new Map<string, Uint8Array>();
  let twice = 0;
  for (const { path, first, last } of server.asked) {
    const counts = seen.get(path) ?? new Uint8Array(server.files.get(path)?.length ?? 0);
    seen.set(path, counts);
    for (let at = first; at <= last && at < counts.length; at += 1) {
      if ((counts[at] ?? 0) > 0) twice += 1;
      counts[at] = 1;
    }
  }
  return twice;
}

test('it is told of, passes through once, and is what the terminal makes of its files', async () => {
  const disk = new FaultFolder();
  const library = open(disk);
  const offer = await library.look(source, null);
  const weights = [...files].filter(([path]) => /safetensors$|\.bin$/.test(path));
  expect(offer).toMatchObject({ of: 'checkpoint', known: null, rate: expect.any(Number) });
  expect(offer.passing).toBeGreaterThan(0.8 * weights.reduce((sum, [, { length }]) => sum + length, 0));
  expect(disk.fileNames).toEqual([]);
  server.asked.length = 0;
  expect(await library.install(source, offer.sha256)).toBe('installed');
  expectAsTerminal(disk, offer.key);
  // The text encoder of the pooled vector is read for what needs it; weights are not.
  const ofWeights = server.asked.filter(({ path }) => /model-|decoder\.bin|ae\./.test(path));
  server.asked.splice(0, server.asked.length, ...ofWeights);
  // The ends of the two archives, which are so small that they hold tensors too.
  expect(sentTwice()).toBeLessThan(2 * 65_600);
});

test('how it would run is told before anything is fetched, and holds once it is there', async () => {
  const disk = new FaultFolder();
  const library = open(disk);
  for (const memoryBytes of [2 ** 20, 2 ** 33]) {
    const device = { device: 'webgpu', memoryBytes, activations: 'float16' } as const;
    const { key, plan } = await library.look(source, device);
    expect(plan).toMatchObject({ chat: expect.any(Object), draw: expect.any(Object), edit: expect.any(Object) });
    await library.install(source, key);
    expect(await library.list(device)).toMatchObject([{ plan }]);
    await library.remove(key);
  }
});

test('each ability can be used as soon as it is there', async () => {
  const disk = new FaultFolder();
  const library = open(disk);
  const { key } = await library.look(source, null);
  const seen = open(disk, () => undefined);
  const lists: ReturnType<typeof seen.list>[] = [];
  const watching = open(disk, ({ type }) => {
    if (type === 'changed') lists.push(seen.list(null));
  });
  expect(await watching.install(source, key)).toBe('installed');
  const states = (await Promise.all(lists)).flatMap(([model]) => {
    if (model?.state !== 'installed') return [];
    const able = Object.entries(model.abilities).flatMap(([ability, bytes]) => (bytes === null ? [] : ability));
    return `${able.join()} ${model.rest > 0 ? 'growing' : 'whole'}`;
  });
  expect(states).toEqual(expect.arrayContaining(['chat growing', 'chat,draw growing', 'chat,draw,edit whole']));
  expect(await seen.list(null)).toMatchObject([{ state: 'installed', rest: 0 }]);
});

test('what is wanted of it alone is made, and the rest is added later', async () => {
  const disk = new FaultFolder();
  const library = open(disk);
  const { key } = await library.look(source, null);
  expect(await library.install(source, key, ['chat'])).toBe('installed');
  expect(await library.list(null)).toMatchObject([{ state: 'installed', rest: 0, abilities: { draw: null } }]);
  expect(server.asked.some(({ path, last }) => path.endsWith('decoder.bin') && last > 1e6)).toBe(false);
  expect(await library.look(source, null)).toMatchObject({ known: 'installed', missing: expect.any(Number) });
  expect(await library.install(source, key)).toBe('installed');
  expectAsTerminal(disk, key);
});

test('killed anywhere it goes on from the same address without being told of it again', async () => {
  const undisturbed = new FaultFolder();
  const { key } = await open(undisturbed).look(source, null);
  undisturbed.failAt(Number.POSITIVE_INFINITY, 'killed');
  await open(undisturbed).install(source, key);
  for (const share of [0.05, 0.3, 0.6, 0.95]) {
    const disk = new FaultFolder();
    disk.failAt(Math.ceil(undisturbed.operations * share), share === 0.6 ? 'power lost' : 'killed');
    const told = await open(disk)
      .install(source, key)
      .catch((error: unknown) => failureOf(error));
    expect(told).not.toBe('installed');
    disk.restart();
    const library = open(disk);
    await library.sweep();
    const [model] = await library.list(null);
    expect(await (model === undefined ? library.install(source, key) : library.resume(key))).toBe('installed');
    expectAsTerminal(disk, key);
  }
}, 120_000);

/** Its process is gone behind a write to the file, once so many were made. */
class KilledAtWrite extends FaultFolder {
  file = '';
  writes = 0;

  override async open(name: string) {
    const file = await super.open(name);
    const write = (bytes: Uint8Array, at: number) => {
      const taken = file.write(bytes, at);
      if (name === this.file && --this.writes === 0) this.failAt(1, 'power lost');
      return taken;
    };
    return { ...file, write };
  }
}

test('killed while T5’s states are computed it goes on in the middle of a matrix', async () => {
  const large = tinyCheckpoint(undefined, { t5: { d_ff: 65_536 } });
  for (const [path, bytes] of large) server.files.set(path, bytes);
  const undisturbed = new FaultFolder();
  const { key } = await open(undisturbed).look(source, null);
  await open(undisturbed).install(source, key);
  const encoder = 'FLUX.1-dev/text_encoder_2/model.safetensors';
  const expected = undisturbed.bytes(`${key}/negative_text.safetensors`);
  // Three matrices of 4 MiB a block.
  expect(large.get(encoder)?.length).toBeGreaterThan(24 * 2 ** 20);
  for (const writes of [3, 12, 20, 27]) {
    server.asked.length = 0;
    const disk = new KilledAtWrite();
    disk.file = `${key}/negative_text.safetensors.part`;
    disk.writes = writes;
    await expect(open(disk).install(source, key)).rejects.toThrow();
    disk.restart();
    expect(await open(disk).resume(key)).toBe('installed');
    expect(Buffer.compare(disk.bytes(`${key}/negative_text.safetensors`), expected)).toBe(0);
    server.asked.splice(0, server.asked.length, ...server.asked.filter(({ path }) => path === encoder));
    expect(sentTwice(), `killed behind ${writes} writes`).toBeLessThan(8 * 2 ** 20);
  }
}, 240_000);

test('another version on the server in the middle is never mixed in', async () => {
  const disk = new FaultFolder();
  const { key } = await open(disk).look(source, null);
  const other = tinyCheckpoint(undefined, {
    tokenizer: { version: '2.0' },
    change: (tensors) => {
      for (const { values } of [...tensors.values()].flatMap((file) => [...file.values()])) values[0] = 0.25;
    },
  });
  let changes = 0;
  const first = open(disk, ({ type }) => {
    // The second time that the list changes, chat can be used.
    if (type === 'changed' && ++changes === 2) for (const [name, bytes] of other) server.files.set(name, bytes);
  });
  const failed = await failureFrom(() => first.install(source, key));
  expect(failed.code).toBe('SOURCE_CHANGED');
  const library = open(disk);
  await library.sweep();
  const [model] = await library.list(null);
  expect(model).toMatchObject({ state: 'installed', abilities: { chat: expect.any(Number), draw: null } });
  // What can be used stays whole; the other version is not added to it.
  expect(await failureFrom(() => library.resume(key))).toEqual(failure('SOURCE_CHANGED', { file: source.address }));
  expect(await library.verify(key)).toBe(0);
  await library.remove(key);
  expect(await library.install(source, key)).toBe('installed');
  expect(disk.fileNames.length).toBe(terminal.size + 1);
});

test('paused it lets go of what is on its way, and goes on', async () => {
  const disk = new FaultFolder();
  const { key } = await open(disk).look(source, null);
  let told = 0;
  const library = open(disk, ({ type }) => void (type === 'progress' && ++told === 12 && library.pause(key)));
  expect(await library.install(source, key)).toBe('paused');
  expect(await library.list(null)).toMatchObject([{ state: 'unfinished', kept: expect.any(Number) }]);
  expect(await library.resume(key)).toBe('installed');
  expectAsTerminal(disk, key);
});

/** Files of weights of which more was asked for than the byte that shows that they are there. */
function weightsAskedFor(): string[] {
  const asked = server.asked.filter(({ path, first, last }) => /safetensors$|\.bin$/.test(path) && last > first);
  return [...new Set(asked.map(({ path }) => path.replace(/^.*?\//, '')))].sort();
}

const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
/** A file of each kind, and the files of weights that it is made of. */
const ofEachKind: readonly (readonly [name: string, weights: readonly string[]])[] = [
  ['transformer-1.bin', shards],
  ['generation_adapter-1.bin', ['generation_decoder.bin']],
  ['generation_flux-1.bin', ['generation_decoder.bin']],
  ['constants-1.bin', ['text_encoder/model.safetensors']],
  ['negative_text.safetensors', ['text_encoder_2/model.safetensors']],
  ...['transformer.float16.onnx', 'tokenizer.json', 'bundle.json', 'library.log'].map((name) => [name, []] as const),
];

test('one flipped bit in a file of any kind is found, and that file alone is made again from what it is made of', async () => {
  const prepared = new FaultFolder();
  const { key } = await open(prepared).look(source, null);
  await open(prepared).install(source, key);
  for (const [name, weights] of ofEachKind) {
    const disk = new FaultFolder();
    for (const path of prepared.fileNames) disk.put(path, prepared.bytes(path).slice());
    disk.change(`${key}/${name}`, (bytes) => bytes.with(bytes.length >> 1, (bytes.at(bytes.length >> 1) ?? 0) ^ 1));
    const before = new Map([...terminal.keys()].map((path) => [path, disk.bytes(`${key}/${path}`)]));
    const library = open(disk);
    await library.sweep();
    const found = await library.verify(key).catch((error: unknown) => failureOf(error).code);
    expect(found, name).toEqual(
      name === 'bundle.json' ? 'BUNDLE_FILE' : name === 'library.log' ? 0 : expect.any(Number),
    );
    if (name !== 'library.log') expect(found, name).not.toBe(0);
    server.asked.length = 0;
    const [model] = await library.list(null);
    if (name !== 'library.log') expect(model, name).toMatchObject({ state: 'damaged' });
    if (model?.state === 'damaged') expect(await library.resume(key), name).toBe('installed');
    expectAsTerminal(disk, key);
    expect(await library.verify(key), name).toBe(0);
    // Every other file is the one that lay there.
    for (const [path, bytes] of before)
      if (path !== name) expect(disk.bytes(`${key}/${path}`) === bytes, path).toBe(true);
    // What the others are made of is not asked for, not even its header.
    expect(weightsAskedFor(), name).toEqual(weights);
  }
}, 240_000);

test('a damaged table of modulation is made again from its decoder and the constants that are there', async () => {
  const schedules = [{ steps: 3, guidance: 3.5, strength: 1 }];
  const sizes = { ...tinySizes, nexus_gen: { ...tinySizes.nexus_gen, schedules } };
  for (const [path, bytes] of tinyCheckpoint(sizes)) server.files.set(path, bytes);
  const disk = new FaultFolder();
  const library = open(disk);
  const { key } = await library.look(source, null);
  await library.install(source, key);
  const name = `${key}/generation_modulation_tables-1.bin`;
  const before = disk.bytes(name);
  disk.change(name, (bytes) => bytes.with(9, (bytes[9] ?? 0) ^ 1));
  expect(await library.verify(key)).toBe(before.length);
  server.asked.length = 0;
  expect(await open(disk).resume(key)).toBe('installed');
  expect(Buffer.compare(disk.bytes(name), before)).toBe(0);
  expect(weightsAskedFor()).toEqual(['generation_decoder.bin']);
});

test('killed anywhere in a repair it goes on, and only with what the damaged file needs', async () => {
  const prepared = new FaultFolder();
  const { key } = await open(prepared).look(source, null);
  await open(prepared).install(source, key);
  const name = 'transformer-1.bin';
  const damaged = async () => {
    const disk = new FaultFolder();
    for (const path of prepared.fileNames) disk.put(path, prepared.bytes(path).slice());
    disk.change(`${key}/${name}`, (bytes) => bytes.with(40, (bytes.at(40) ?? 0) ^ 1));
    await open(disk).verify(key);
    return disk;
  };
  const undisturbed = await damaged();
  undisturbed.failAt(Number.POSITIVE_INFINITY, 'killed');
  await open(undisturbed).resume(key);
  const points = Array.from({ length: 12 }, (_, at) => Math.ceil(((at + 1) * undisturbed.operations) / 12));
  for (const at of points) {
    const disk = await damaged();
    disk.failAt(at, at % 2 === 0 ? 'killed' : 'power lost');
    await open(disk)
      .resume(key)
      .catch(() => undefined);
    disk.restart();
    const library = open(disk);
    await library.sweep();
    const [model] = await library.list(null);
    if (model?.state === 'installed') expect(await library.verify(key), `killed at ${at}`).toBe(0);
    server.asked.length = 0;
    if (model?.state !== 'installed' || model.rest > 0)
      expect(await library.resume(key), `killed at ${at}`).toBe('installed');
    expectAsTerminal(disk, key);
    expect(shards, `killed at ${at}`).toEqual(expect.arrayContaining(weightsAskedFor()));
  }
}, 240_000);
