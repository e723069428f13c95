/** A bundle that is made an ability at a time. */
import { describe, expect, test } from 'vitest';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { identityText } from '../../model/bundle/identity.ts';
import type { Ability } from '../../model/bundle/installables.ts';
import type { BundlePrecision } from '../../model/bundle/precision.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { tools } from '../helpers/conversion.ts';
import { installedIn, MemorySink, sha256 } from '../helpers/memory-sink.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint, type tinyTensors } from '../helpers/tiny-checkpoint.ts';

/** Decoders that differ, so that neither takes the other's file. */
function differing(tensors: ReturnType<typeof tinyTensors>): void {
  for (const { values } of tensors.get('editing')?.values() ?? []) values[0] = 0.5;
}

const files = tinyCheckpoint(tinySizes, { change: differing });
const language = /model|V2\/config|tokenizer|generation_config/;

function folderOf(wanted: (path: string) => boolean) {
  return bytesFolder(new Map([...files].filter(([path]) => wanted(path))));
}

const whole = folderOf(() => true);

async function add(sink: MemorySink, only: readonly Ability[], folder = whole, precision: BundlePrecision = 'q4') {
  const plan = await planConversion([folder], precision, { only, installed: installedIn(sink) });
  return convert(plan, sink, tools);
}

async function expectWhole(sink: MemorySink): Promise<void> {
  const { files: checked, unlisted } = await verifyBundle(sink.folder, sha256);
  expect(checked.filter(({ failure }) => failure !== null)).toEqual([]);
  expect(unlisted).toEqual([]);
}

const every = new MemorySink();
await convert(await planConversion([whole], 'q4'), every, tools);
const sorted = (paths: Iterable<string>) => [...paths].sort();

describe('a bundle made an ability at a time', () => {
  test('of chat alone neither reads nor needs a decoder, and can only talk', async () => {
    const sink = new MemorySink();
    await add(
      sink,
      ['chat'],
      folderOf((path) => language.test(path)),
    );
    await expectWhole(sink);
    const bundle = await Bundle.open(sink.folder);
    expect(bundle.has('transformer')).toBe(true);
    expect(bundle.manifest.tokenizer).not.toBeNull();
    expect(sorted(sink.files.keys()).filter((path) => /flux|adapter|merger|autoencoder|constants/.test(path))).toEqual(
      [],
    );
  });

  test.each<[string, readonly (readonly Ability[])[]]>([
    ['chat, draw, edit', [['chat'], ['draw'], ['edit']]],
    ['edit first', [['edit'], ['draw']]],
    ['draw and edit together, later', [['chat'], ['draw', 'edit']]],
  ])('ends in the same files as all at once: %s', async (_, steps) => {
    const sink = new MemorySink();
    for (const step of steps) {
      await add(sink, step);
      await expectWhole(sink);
    }
    expect(sorted(sink.hashes()).filter((line) => !line.startsWith('bundle.json'))).toEqual(
      sorted(every.hashes()).filter((line) => !line.startsWith('bundle.json')),
    );
    const [one, all] = [installedIn(sink), installedIn(every)];
    if (one === null || all === null) throw new Error('no bundle');
    for (const dependent of ['language', 'generation', 'editing'] as const) {
      expect(identityText(one, dependent)).toBe(identityText(all, dependent));
    }
  });

  test('what is there needs nothing of the checkpoint and is not written again', async () => {
    const sink = new MemorySink();
    await add(sink, ['chat']);
    const before = new Map(sink.files);
    const withoutLanguage = folderOf((path) => !/V2\/model|tokenizer/.test(path));
    await add(sink, ['edit'], withoutLanguage);
    await expectWhole(sink);
    for (const [path, bytes] of before) {
      if (path !== 'bundle.json') expect(sink.files.get(path), path).toBe(bytes);
    }
  });

  test('stopped at any write, the bundle is the one before, and the next try ends in the same bytes', async () => {
    const start = new MemorySink();
    await add(start, ['chat']);
    const before = start.files.get('bundle.json');
    const end = new MemorySink();
    for (const [path, bytes] of start.files) end.files.set(path, bytes);
    await add(end, ['draw']);
    for (let failAt = 1; failAt < end.operations; failAt += 3) {
      const sink = new MemorySink();
      for (const [path, bytes] of start.files) sink.files.set(path, bytes);
      sink.failAt = failAt;
      expect(await failureFrom(() => add(sink, ['draw']))).toMatchObject({ code: 'WRITE_FAILED' });
      expect(sink.files.get('bundle.json')).toBe(before);
      await Bundle.open(sink.folder);
      sink.failAt = Number.POSITIVE_INFINITY;
      await add(sink, ['draw']);
      expect(sink.hashes()).toEqual(end.hashes());
    }
  }, 60_000);

  test('stopped after bundle.json, the next try only clears up', async () => {
    const sink = new MemorySink();
    await add(sink, ['chat']);
    const { operations } = sink;
    const stopped = new MemorySink();
    stopped.failAt = operations;
    await failureFrom(() => add(stopped, ['chat']));
    stopped.failAt = Number.POSITIVE_INFINITY;
    await add(stopped, ['chat']);
    expect(stopped.hashes()).toEqual(sink.hashes());
  });

  test.each<[Ability, RegExp, string]>([
    ['chat', /V2\/model/, 'model.safetensors.index.json'],
    ['draw', /generation_decoder/, 'generation_decoder.bin'],
    ['edit', /edit_decoder/, 'edit_decoder.bin'],
    ['edit', /ae\.safetensors/, 'ae.safetensors'],
    ['draw', /text_encoder\//, 'text_encoder/'],
  ])('%s without the file it needs is refused with its name: %s', async (ability, lacking, name) => {
    const sink = new MemorySink();
    const failure = await failureFrom(() =>
      add(
        sink,
        [ability],
        folderOf((path) => !lacking.test(path)),
      ),
    );
    expect(failure).toMatchObject({ code: 'SOURCE_MISSING' });
    expect(JSON.stringify(failure.data)).toContain(name);
    expect(sink.files.size).toBe(0);
  });

  test('another model, another precision and a bundle that changed meanwhile are not added to', async () => {
    const sink = new MemorySink();
    await add(sink, ['chat']);
    const before = sink.hashes();
    const exists = { code: 'BUNDLE_EXISTS', data: { folder: 'bundle' } };
    expect(await failureFrom(() => add(sink, ['draw'], whole, 'q8'))).toEqual(exists);
    const plan = await planConversion([whole], 'q4', { only: ['draw'], installed: installedIn(every) });
    expect(await failureFrom(() => convert(plan, sink, tools))).toEqual(exists);
    expect(await failureFrom(() => convert(plan, new MemorySink(), tools))).toEqual(exists);
    expect(sink.hashes()).toEqual(before);
  });

  test.each([
    ['missing', (sink: MemorySink) => sink.files.delete('transformer-1.bin')],
    ['size', (sink: MemorySink) => sink.files.set('transformer-1.bin', new Uint8Array(3))],
  ])('a bundle whose file is wrong is not added to: %s', async (problem, spoil) => {
    const sink = new MemorySink();
    await add(sink, ['chat']);
    spoil(sink);
    expect(await failureFrom(() => add(sink, ['draw']))).toEqual({
      code: 'BUNDLE_FILE',
      data: { file: 'transformer-1.bin', problem },
    });
  });
});
