/** Negative prompts of a person's own words, added to a model where it is converted: told of, made as the terminal makes them, gone on with. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type ConversionScope, planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { parseManifest } from '../../model/bundle/manifest.ts';
import { failure, failureOf } from '../../model/failure.ts';
import { tinyClip, tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { checkpointAtAddress } from '../../workers/library/checkpoint-at-address.ts';
import { Journal, readKnown } from '../../workers/library/journal.ts';
import { officialCheckpoint } from '../../workers/library/official-files.ts';
import { officialLayouts } from '../../workers/library/official-layouts.ts';
import type { ModelKey } from '../../workers/library/protocol.ts';
import { tools } from '../helpers/conversion.ts';
import { drawingCheckpoint } from '../helpers/drawing-checkpoint.ts';
import { CountedFiles, fakeBundle, folderDisk, openLibrary } from '../helpers/fake-library.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { expectInstalled } from '../helpers/installed-files.ts';
import { installedIn, MemorySink } from '../helpers/memory-sink.ts';
import { officialHost } from '../helpers/official-host.ts';
import { RangeServer } from '../helpers/range-server.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';

const source = { kind: 'address', address: 'https://models.test/tiny/', hosts: [] } as const;
const all = ['chat', 'draw', 'edit', 'other-schedules', 'negative'] as const;
const [blurry, dull] = ['blurry, low quality', 'dull'];
// With tables of one schedule, words need the layers of others.
const files = drawingCheckpoint([{ steps: 4, guidance: 3.5, strength: 1 }]);
const whole = bytesFolder(files);
const without = (pattern: RegExp) => bytesFolder(new Map([...files].filter(([path]) => !pattern.test(path))));
const withoutTokenizers = without(/\/tokenizer(_2)?\//);
const open = (disk: FaultFolder, checkpoint = whole) =>
  openLibrary(disk, new CountedFiles(fakeBundle()), { checkpoint });

/** A bundle as the terminal makes it of the same files, one command after the other. */
async function fromTerminal(...scopes: readonly ConversionScope[]): Promise<MemorySink> {
  const sink = new MemorySink();
  for (const [at, scope] of scopes.entries()) {
    const installed = at === 0 ? null : installedIn(sink);
    await convert(await planConversion([whole], 'q4', { ...scope, installed }), sink, tools);
  }
  return sink;
}

/** A disk with the model on it, of which this was wanted. */
async function installedWith(texts: readonly string[], checkpoint = whole) {
  const disk = new FaultFolder();
  const { key } = await open(disk, checkpoint).look(source, null);
  expect(await open(disk, checkpoint).install(source, key, all, texts)).toBe('installed');
  return { disk, key };
}

const texts = (disk: FaultFolder, key: ModelKey) =>
  parseManifest(disk.bytes(`${key}/bundle.json`)).negative_texts?.map(({ text }) => text) ?? [];

test('what a text takes is told before there is one: its file, all that is read for it, and how much of it is read', async () => {
  const { words, extras } = await open(new FaultFolder()).look(source, null);
  if (words?.cost.from !== 'encoders') return expect.fail('no encoders');
  const { held, begun, cost } = words;
  expect([held, begun]).toEqual([[], []]);
  const made = (await fromTerminal({ negativeTexts: ['words'] })).files.get('negative_text_1.safetensors');
  expect(cost.bytes).toBe(made?.length);
  const read = [...files].filter(([path]) => /tokenizer(_2)?\/|text_encoder(_2)?\/model/.test(path));
  const bytes = read.reduce((sum, [path, { length }]) => (path.startsWith('FLUX') ? sum + length : sum), 0);
  // All but the headers of both encoders.
  expect(cost.takes).toBeLessThan(bytes);
  expect(cost.takes).toBeGreaterThan(0.9 * bytes);
  expect(cost.takes).toBeGreaterThan(extras.negative?.passing ?? Number.POSITIVE_INFINITY);
  // One token ends a text; for CLIP one begins it, too.
  expect(cost.tokens).toEqual({
    t5: tinySizes.nexus_gen.negative_length - 1,
    clip: tinyClip.max_position_embeddings - 2,
  });
});

test('how long words are for each encoder is counted before they are made, where there is what reads them', async () => {
  const library = open(new FaultFolder());
  const [short, long, none] = (await library.wordsLengths(source, ['dull', `${blurry} ${blurry}`, ''])) ?? [];
  const { words } = await library.look(source, null);
  if (words?.cost.from !== 'encoders') return expect.fail('no encoders');
  const reads = words.cost.tokens;
  expect(short?.t5).toBeLessThanOrEqual(reads.t5);
  expect(short?.clip).toBeLessThanOrEqual(reads.clip);
  expect(long?.t5).toBeGreaterThan(reads.t5);
  expect(long?.clip).toBeGreaterThan(reads.clip);
  expect(none).toEqual({ t5: 0, clip: 0 });
  expect(await open(new FaultFolder(), withoutTokenizers).wordsLengths(source, ['dull'])).toBeNull();
});

test('words come with a whole model, to the terminal’s bytes', async () => {
  const { disk, key } = await installedWith([blurry]);
  expect(texts(disk, key)).toEqual([blurry]);
  expectInstalled(disk, key, (await fromTerminal({ negativeTexts: [blurry] })).files);
  expect(await open(disk).list(null)).toMatchObject([{ state: 'installed', rest: 0, lacks: [], takesWords: true }]);
});

test('others are added to a model that lacks nothing; what it holds stays, is told, and is not made again', async () => {
  const { disk, key } = await installedWith([blurry]);
  const library = open(disk);
  expect(await library.look(source, null)).toMatchObject({ missing: 0, words: { held: [blurry], begun: [] } });
  const before = disk.bytes(`${key}/negative_text_1.safetensors`);
  expect(await library.install(source, key, all, [blurry, dull])).toBe('installed');
  expect(texts(disk, key)).toEqual([blurry, dull]);
  expect(disk.bytes(`${key}/negative_text_1.safetensors`)).toEqual(before);
  const added = { only: ['negative'], negativeTexts: [dull] } as const;
  expectInstalled(disk, key, (await fromTerminal({ negativeTexts: [blurry] }, added)).files);
});

test('the empty one is made with them where it lacks', async () => {
  const disk = new FaultFolder();
  const { key } = await open(disk).look(source, null);
  await open(disk).install(source, key, ['chat', 'draw', 'edit', 'other-schedules']);
  expect(await open(disk).list(null)).toMatchObject([{ lacks: ['negative'], takesWords: true }]);
  expect(await open(disk).install(source, key, all, [dull])).toBe('installed');
  expect(disk.fileNames).toContain(`${key}/negative_text.safetensors`);
  expect(texts(disk, key)).toEqual([dull]);
});

test('what does not draw takes none', async () => {
  const language = without(/FLUX\.1-dev|decoder\.bin/);
  const disk = new FaultFolder();
  const { key, words } = await open(disk, language).look(source, null);
  expect(words).toBeNull();
  await open(disk, language).install(source, key);
  expect(await open(disk, language).list(null)).toMatchObject([{ takesWords: false }]);
});

test.each(['an address', 'the official hosts'] as const)(
  '%s: the tokenizers are asked for where words are wanted',
  async (where) => {
    const isAddress = where === 'an address';
    const server = await RangeServer.start(isAddress ? files : officialHost('huggingface', files));
    const connection = { ask: fetch, wait: async () => undefined };
    try {
      const disk = new FaultFolder();
      const library = openLibrary(disk, new CountedFiles(fakeBundle()), {
        checkpointOf: () =>
          isAddress
            ? checkpointAtAddress(server.base, connection)
            : officialCheckpoint(officialLayouts.huggingface, server.base, connection),
      });
      const { key } = await library.look(source, null);
      const read = () => server.asked.filter(({ path, last }) => /\/tokenizer(_2)?\//.test(path) && last > 0);
      expect(await library.install(source, key, all)).toBe('installed');
      expect(read()).toEqual([]);
      expect(await library.install(source, key, all, [blurry])).toBe('installed');
      expect(new Set(read().map(({ path }) => path.split('/').pop()))).toEqual(
        new Set(['tokenizer.json', 'vocab.json', 'merges.txt']),
      );
      expectInstalled(disk, key, (await fromTerminal({ negativeTexts: [blurry] })).files);
    } finally {
      await server.close();
    }
  },
);

describe('a source that lacks what words are made of', () => {
  test('says so, and nothing is begun of them', async () => {
    for (const [pattern, lacking] of [
      [/\/tokenizer(_2)?\//, ['tokenizer_2/tokenizer.json', 'tokenizer/vocab.json', 'tokenizer/merges.txt']],
      [/\/text_encoder_2\//, ['text_encoder_2/']],
    ] as const) {
      const disk = new FaultFolder();
      const library = open(disk, without(pattern));
      const { key, words } = await library.look(source, null);
      expect(words?.cost).toMatchObject({ from: 'files', lacking });
      const failed = await failureFrom(() => library.install(source, key, all, [blurry]));
      expect(failed.code).toBe('SOURCE_MISSING');
      expect(disk.fileNames).toEqual([]);
    }
    const library = open(new FaultFolder(), withoutTokenizers);
    const { key } = await library.look(source, null);
    expect(await failureFrom(() => library.install(source, key, all, [blurry]))).toEqual(
      failure('SOURCE_MISSING', {
        files: ['tokenizer_2/tokenizer.json', 'tokenizer/vocab.json', 'tokenizer/merges.txt'],
      }),
    );
  });

  test('serves the words whose file it has', async () => {
    const made = (await fromTerminal({ negativeTexts: [blurry] })).files.get('negative_text_1.safetensors');
    const given = new Map([...files].filter(([path]) => !/\/tokenizer(_2)?\//.test(path)));
    if (made !== undefined) given.set('of a friend.safetensors', made);
    const { disk, key } = await installedWith([blurry], bytesFolder(given));
    expect(disk.bytes(`${key}/negative_text_1.safetensors`)).toEqual(made);
  });

  test('is no other training when the tokenizers have come to it', async () => {
    const { disk, key } = await installedWith([], withoutTokenizers);
    expect(await open(disk).look(source, null)).toMatchObject({ missing: 0, words: { cost: { from: 'encoders' } } });
    expect(await open(disk).install(source, key, all, [dull])).toBe('installed');
    expect(texts(disk, key)).toEqual([dull]);
    // Nor is it when a file that one has made lies beside them.
    const made = disk.bytes(`${key}/negative_text_1.safetensors`);
    const more = bytesFolder(new Map([...files, ['negative_text_1.safetensors', made]]));
    expect(await open(disk, more).look(source, null)).toMatchObject({ words: { held: [dull] } });
  });
});

describe('cut off', () => {
  let operations = 0;
  let terminal: ReadonlyMap<string, Uint8Array>;
  beforeAll(async () => {
    terminal = (await fromTerminal({ negativeTexts: [blurry] }, { only: ['negative'], negativeTexts: [dull] })).files;
    const { disk, key } = await installedWith([blurry]);
    disk.failAt(Number.POSITIVE_INFINITY, 'killed');
    await open(disk).install(source, key, all, [dull]);
    operations = disk.operations;
  });

  test.each([0.2, 0.3, 0.4])('an installation of words goes on with them after a restart (at %d)', async (part) => {
    const { disk, key } = await installedWith([blurry]);
    disk.failAt(Math.ceil(operations * part), 'killed');
    await open(disk)
      .install(source, key, all, [dull])
      .catch((error: unknown) => failureOf(error));
    disk.restart();
    const library = open(disk);
    await library.sweep();
    // It serves what it served, meanwhile; and looked at again, it says what was still to be made.
    expect(await library.list(null)).toMatchObject([{ state: 'installed' }]);
    const { held = [], begun = [] } = (await library.look(source, null)).words ?? {};
    expect([...held, ...begun]).toEqual([blurry, dull]);
    expect(await open(disk).resume(key)).toBe('installed');
    await library.sweep();
    expectInstalled(disk, key, terminal);
    expect(await library.look(source, null)).toMatchObject({ words: { held: [blurry, dull], begun: [] } });
  });

  test('one that was begun before there were words goes on without any', async () => {
    const { disk, key } = await installedWith([]);
    const folder = await folderDisk(disk).folder(key);
    const checkpoint = (await readKnown(folder))?.checkpoint ?? '';
    const journal = await Journal.open(folder);
    journal.add({
      kind: 'source',
      source: { kind: 'checkpoint', name: source.address, from: source },
      name: 'Tiny',
      bytes: 1,
      wanted: ['chat', 'draw', 'edit'],
      extras: ['other-schedules', 'negative'],
      checkpoint,
    });
    journal.close();
    expect((await readKnown(folder))?.negativeTexts).toEqual([]);
    expect(await open(disk).resume(key)).toBe('installed');
    expect(texts(disk, key)).toEqual([]);
    expect(await open(disk).list(null)).toMatchObject([{ state: 'installed', rest: 0 }]);
  });
});
