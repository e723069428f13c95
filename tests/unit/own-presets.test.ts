/** Presets of a person's own: what they keep, and what no file can bring in. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chooseOwnPreset, deletePreset, importPreset, renamePreset, savePreset } from '../../src/actions/presets.ts';
import { ownPresetOf, presetFile } from '../../src/settings/own-presets.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { openPage } from '../helpers/page.ts';
import { openOn } from '../helpers/pages-of-log.ts';
import { settles, until } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

function pageWithPreset() {
  const page = openPage();
  page.modelIsReady();
  page.set('steps', '12');
  page.set('task', 'draw');
  page.set('seed', '7');
  savePreset.perform(page.app, '  Night  ');
  const [preset] = page.state().ownPresets;
  if (preset === undefined) throw new Error('nothing was saved');
  return { page, preset };
}

function fileOf(text: string | Blob, name = 'night.nexus-gen-preset.json'): File {
  return new File([text], name);
}

describe('a preset of one’s own', () => {
  test('keeps the fields and not the seed, and draws with them again', async () => {
    const { page, preset } = pageWithPreset();
    expect(preset).toMatchObject({ name: 'Night', fields: { steps: '12', task: 'draw' } });
    expect(preset.fields).not.toHaveProperty('seed');
    page.set('steps', '3');
    page.set('cfg', '2');
    expect(ownPresetOf(page.state().good, page.state().ownPresets)).toBeUndefined();
    chooseOwnPreset.perform(page.app, preset.id);
    expect(page.state().drafts).toEqual({ steps: '12', task: 'draw', seed: '7' });
    expect(ownPresetOf(page.state().good, page.state().ownPresets)).toBe(preset);
    page.say('draw a car');
    await page.idle();
    expect(page.session.painted.at(-1)).toMatchObject({ steps: 12, seed: '7' });
  });

  test('has a name that no other has; deleted, the fields stay', () => {
    const { page, preset } = pageWithPreset();
    savePreset.perform(page.app, 'Night');
    expect(page.state().ownPresets.map(({ name }) => name)).toEqual(['Night', 'Night (2)']);
    renamePreset.perform(page.app, preset.id, 'Night (2)');
    renamePreset.perform(page.app, preset.id, '   ');
    expect(page.state().ownPresets[0]?.name).toBe('Night (2) (2)');
    deletePreset.perform(page.app, preset.id);
    expect(page.state().ownPresets.map(({ name }) => name)).toEqual(['Night (2)']);
    expect(page.state().good.steps).toBe('12');
  });

  test('goes into a file and comes back, once', async () => {
    const { page, preset } = pageWithPreset();
    const other = openPage();
    const file = fileOf(presetFile(preset));
    importPreset.perform(other.app, file);
    await until(() => other.state().ownPresets.length > 0);
    importPreset.perform(other.app, file);
    importPreset.perform(
      other.app,
      fileOf('{"format": "nexus-gen-preset", "version": 1, "name": "Day", "settings": {}}'),
    );
    await until(() => other.state().ownPresets.length > 1);
    expect(other.state().ownPresets.map(({ name }) => name)).toEqual(['Night', 'Day']);
    expect(other.state().ownPresets[0]?.fields).toEqual(page.state().ownPresets[0]?.fields);
  });

  const head = '"format": "nexus-gen-preset", "version": 1';
  test.each([
    ['words', 'not a preset', 'foreign'],
    ['another file of the page', '{"format": "nexus-gen-archive", "version": 1}', 'foreign'],
    ['a large file', `{${head}, "name": "${'x'.repeat(70_000)}", "settings": {}}`, 'foreign'],
    ['a later version', '{"format": "nexus-gen-preset", "version": 2, "name": "x", "settings": {}}', 'newer'],
    ['no name', `{${head}, "name": " ", "settings": {}}`, 'fields'],
    ['steps that are none', `{${head}, "name": "x", "settings": {"steps": "1e9"}}`, 'fields'],
    ['a value of another kind', `{${head}, "name": "x", "settings": {"steps": {}}}`, 'fields'],
  ])('is not made of %s, which is said', async (_, text, problem) => {
    const page = openPage();
    importPreset.perform(page.app, fileOf(text, 'night.json'));
    await until(() => page.state().notices.length > 0);
    expect(page.state().notices).toMatchObject([
      { failure: { code: 'PRESET_FILE', data: { file: 'night.json', problem } } },
    ]);
    expect(page.state().ownPresets).toEqual([]);
  });

  test('takes nothing along that is no field, and no seed', async () => {
    const page = openPage();
    importPreset.perform(
      page.app,
      fileOf(`{${head}, "name": "x", "settings": {"steps": "5", "seed": "1", "__proto__": {"a": 1}, "later": "y"}}`),
    );
    await until(() => page.state().ownPresets.length > 0);
    expect(page.state().ownPresets[0]?.fields).toEqual({ steps: '5' });
  });
});

test('presets are the same in all tabs and after a reload', async () => {
  const browser = new FakeBrowser();
  const [one, other] = [await openOn(browser), await openOn(browser)];
  one.set('steps', '12');
  savePreset.perform(one.app, 'Night');
  const names = ({ state }: typeof one) => state().ownPresets.map(({ name }) => name);
  await settles(() => expect(names(other)).toEqual(['Night']));
  const [preset] = other.state().ownPresets;
  if (preset !== undefined) renamePreset.perform(other.app, preset.id, 'Evening');
  await settles(() => expect(names(one)).toEqual(['Evening']));
  const later = await openOn(browser);
  expect(later.state().ownPresets).toEqual(one.state().ownPresets);
  if (preset !== undefined) deletePreset.perform(later.app, preset.id);
  for (const page of [one, other, later]) await settles(() => expect(names(page)).toEqual([]));
  expect(names(await openOn(browser))).toEqual([]);
});
