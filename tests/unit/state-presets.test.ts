/** Presets: what choosing one draws with, which are offered, and what the fields are called. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { presetNames, presets } from '../../model/config/presets.ts';
import { published } from '../../model/config/published.table.ts';
import { lacksNegative, servedPresets } from '../../session/presets.ts';
import { choosePreset, reuseSettings } from '../../src/actions/set.ts';
import { presetOf } from '../../src/settings/presets.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

const schedules = [50, 28, 8].map((steps) => ({ steps, guidance: 3.5, strength: 1 as const }));
const full: BundleSummary = {
  ...opened.bundle,
  offeredSchedules: schedules,
  defaults: { ...opened.bundle.defaults, steps: 50, cfg: 3 },
};

async function pageOf(bundle: BundleSummary) {
  const page = openPage();
  page.session.openNow({ ...opened, bundle });
  await until(() => page.state().lastBundle !== null);
  return {
    ...page,
    choose: (name: (typeof presetNames)[number]) => choosePreset.perform(page.app, name),
    shown: () => presetOf(page.state().good, bundle) ?? 'custom',
    async draw(words: string) {
      page.say(words);
      await page.idle();
      return page.session.painted.at(-1);
    },
  };
}

test('the published model is made for each of them', () => {
  const steps = published.schedules.map((made) => made.steps);
  for (const name of presetNames) expect(steps).toContain(presets[name].steps);
});

describe('a bundle that was made for them', () => {
  test('draws as the preset says, and the field says which it is', async () => {
    const page = await pageOf(full);
    expect(page.shown()).toBe('reference');
    page.choose('fast');
    expect(await page.draw('draw a car')).toMatchObject({ steps: 8, cfg: 1, guidance: 3.5 });
    page.choose('balanced');
    expect(page.shown()).toBe('balanced');
    expect(await page.draw('draw a tree')).toMatchObject({ steps: 28, cfg: 3, cfgRange: [0.3, 0.7] });
    const drawn = page.answer().results[0]?.id ?? '';
    page.choose('reference');
    const painted = await page.draw('draw a house');
    expect(painted).toMatchObject({ steps: 50, cfg: 3 });
    expect(painted?.cfgRange).toBeUndefined();
    // A picture's own settings are called by their name again.
    reuseSettings.perform(page.app, drawn);
    expect(page.shown()).toBe('balanced');
  });

  test('is Custom while the fields agree with none, and leaves other fields as they are', async () => {
    const page = await pageOf(full);
    page.set('seed', '7');
    page.choose('balanced');
    for (const [name, draft] of [
      ['steps', '27'],
      ['cfg', '2'],
      ['cfgTo', '0.8'],
      ['guidance', '2'],
    ] as const) {
      page.choose('balanced');
      page.set(name, draft);
      expect(page.shown()).toBe('custom');
    }
    page.choose('fast');
    // Without CFG it does not matter in which steps.
    page.set('cfgFrom', '0.2');
    expect(page.shown()).toBe('fast');
    expect(page.state().drafts.seed).toBe('7');
    // Where a preset agrees with the model its fields show what the model says, not an empty text.
    page.set('guidance', '2');
    page.choose('reference');
    expect(page.state().drafts).toEqual({ seed: '7' });
    page.set('cfgFrom', '0.2');
    expect(page.state().good).toEqual({ seed: '7', cfgFrom: '0.2' });
  });

  test('without the negative branch serves Fast alone', async () => {
    const bare: BundleSummary = { ...full, negatives: [], defaults: { ...full.defaults, cfg: 1 } };
    const page = await pageOf(bare);
    expect(servedPresets(bare).map((name) => [name, lacksNegative(name, bare)])).toEqual([
      ['fast', false],
      ['balanced', true],
      ['reference', true],
    ]);
    page.choose('balanced');
    expect(page.shown()).toBe('custom');
    page.choose('fast');
    expect(page.shown()).toBe('fast');
    expect(await page.draw('draw a car')).toMatchObject({ steps: 8, cfg: 1 });
  });

  test('installed without the layers of other schedules, offers those that every decoder draws', () => {
    const some = { ...full, schedules: { generation: schedules, editing: schedules.slice(0, 1) } };
    expect(servedPresets(some)).toEqual(['reference']);
    expect(servedPresets({ ...some, decoders: ['generation'] })).toEqual(presetNames);
  });
});

test('a bundle that was made for other steps offers none', async () => {
  expect(servedPresets(opened.bundle)).toEqual([]);
  const page = await pageOf(opened.bundle);
  page.choose('fast');
  expect(page.state().drafts).toEqual({});
});
