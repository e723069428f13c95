/** What a model of official files can have beside its abilities: told of, left out, and added to it where it lies. */
import { expect, test } from 'vitest';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { failureOf } from '../../model/failure.ts';
import { Journal, readKnown } from '../../workers/library/journal.ts';
import { tools } from '../helpers/conversion.ts';
import { drawingCheckpoint } from '../helpers/drawing-checkpoint.ts';
import { CountedFiles, fakeBundle, folderDisk, openLibrary } from '../helpers/fake-library.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { expectInstalled } from '../helpers/installed-files.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { bytesFolder } from '../helpers/sources.ts';

const source = { kind: 'files', name: 'checkpoint', files: [] } as const;
const abilities = ['chat', 'draw', 'edit'] as const;
// With tables of one schedule, other ones need layers.
const files = drawingCheckpoint([{ steps: 4, guidance: 3.5, strength: 1 }]);
const whole = bytesFolder(files);
const sink = new MemorySink();
await convert(await planConversion([whole], 'q4'), sink, tools);
const terminal = sink.files;
const withoutT5 = bytesFolder(new Map([...files].filter(([path]) => !path.includes('text_encoder_2/'))));
const open = (disk: FaultFolder, checkpoint = whole) =>
  openLibrary(disk, new CountedFiles(fakeBundle()), { checkpoint });

const expectAsTerminal = (disk: FaultFolder, key: string) => expectInstalled(disk, key, terminal);

test('each is told with its bytes and with what is read for it, and can be left out', async () => {
  const disk = new FaultFolder();
  const library = open(disk);
  const { key, extras, bytes, missing, passing } = await library.look(source, null);
  const { 'other-schedules': layers, negative } = extras;
  expect(layers?.bytes).toBeGreaterThan(0);
  expect(negative?.bytes).toBe(terminal.get('negative_text.safetensors')?.length);
  // All of T5 is read for its states.
  const encoder = files.get('FLUX.1-dev/text_encoder_2/model.safetensors')?.length ?? 0;
  expect(negative?.passing).toBeGreaterThan(encoder / 2);
  expect(passing).toBeGreaterThan((layers?.passing ?? 0) + (negative?.passing ?? 0));
  expect(missing).toBe(bytes);

  expect(await library.install(source, key, abilities)).toBe('installed');
  expect(disk.fileNames).not.toContain(`${key}/negative_text.safetensors`);
  const [model] = await library.list(null);
  expect(model).toMatchObject({ state: 'installed', rest: 0, lacks: ['other-schedules', 'negative'] });
  const kept = bytes - (layers?.bytes ?? 0) - (negative?.bytes ?? 0);
  // What lists the files is longer with them.
  expect(Math.abs((model?.bytes ?? 0) - kept)).toBeLessThan(bytes / 2);
});

test('they are added to a model that can do all it can, one after the other, to the terminal’s bytes', async () => {
  const disk = new FaultFolder();
  const { key } = await open(disk).look(source, null);
  await open(disk).install(source, key, abilities);

  const library = open(disk);
  const first = await library.look(source, null);
  expect(first).toMatchObject({ known: 'installed', extras: { negative: {}, 'other-schedules': {} } });
  const { negative, 'other-schedules': layers } = first.extras;
  expect(first.missing).toBe((negative?.bytes ?? 0) + (layers?.bytes ?? 0));
  expect(first.passing).toBe((negative?.passing ?? 0) + (layers?.passing ?? 0));
  expect(await library.install(source, key, [...abilities, 'negative'])).toBe('installed');
  expect(await library.list(null)).toMatchObject([{ state: 'installed', lacks: ['other-schedules'] }]);

  const second = await library.look(source, null);
  expect(second).toMatchObject({ missing: layers?.bytes, extras: { negative: null, 'other-schedules': layers } });
  expect(await library.install(source, key, [...abilities, 'other-schedules'])).toBe('installed');
  expectAsTerminal(disk, key);
  expect(await library.look(source, null)).toMatchObject({
    missing: 0,
    extras: { negative: null, 'other-schedules': null },
  });
  expect(await library.list(null)).toMatchObject([{ lacks: [] }]);
});

test('a folder without T5 makes all else; when T5 has come to it, it is no other training', async () => {
  const disk = new FaultFolder();
  const before = open(disk, withoutT5);
  const { key, extras } = await before.look(source, null);
  expect(extras.negative).toBeNull();
  expect(await before.install(source, key)).toBe('installed');
  expect(await before.list(null)).toMatchObject([{ lacks: ['negative'] }]);
  // There is nothing to add from there.
  expect(await before.look(source, null)).toMatchObject({ missing: 0 });

  const library = open(disk);
  const { missing, extras: added } = await library.look(source, null);
  expect(missing).toBe(added.negative?.bytes);
  expect(await library.install(source, key)).toBe('installed');
  expectAsTerminal(disk, key);
});

test('what is added goes on where it was cut', async () => {
  const undisturbed = new FaultFolder();
  const { key } = await open(undisturbed).look(source, null);
  await open(undisturbed).install(source, key, abilities);
  undisturbed.failAt(Number.POSITIVE_INFINITY, 'killed');
  await open(undisturbed).install(source, key);
  for (const part of [0.2, 0.5, 0.8]) {
    const disk = new FaultFolder();
    await open(disk).install(source, key, abilities);
    disk.failAt(Math.ceil(undisturbed.operations * part), 'killed');
    await open(disk)
      .install(source, key)
      .catch((error: unknown) => failureOf(error));
    disk.restart();
    const library = open(disk);
    await library.sweep();
    // Meanwhile it can do what it could.
    expect(await library.list(null)).toMatchObject([{ state: 'installed' }]);
    expect(await library.install(source, key)).toBe('installed');
    await library.sweep();
    expectAsTerminal(disk, key);
  }
}, 240_000);

test('an installation that was begun before they were chosen by themselves has them with all abilities', async () => {
  const disk = new FaultFolder();
  const folder = await folderDisk(disk).folder('a'.repeat(64));
  const noted = { kind: 'source', source: { kind: 'files', name: 'checkpoint' }, name: 'Own', bytes: 1 } as const;
  for (const [wanted, expected] of [
    [
      ['chat', 'draw', 'edit'],
      ['chat', 'draw', 'edit', 'other-schedules', 'negative'],
    ],
    [
      ['chat', 'draw'],
      ['chat', 'draw'],
    ],
  ] as const) {
    const journal = await Journal.open(folder);
    journal.add({ ...noted, wanted });
    journal.close();
    expect((await readKnown(folder))?.wanted).toEqual(expected);
  }
});
