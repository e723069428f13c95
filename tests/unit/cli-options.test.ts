import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ask } from '../../cli/ask.ts';
import { chat } from '../../cli/chat.ts';
import { parseCommandLine } from '../../cli/command.ts';
import { jobOptions, largestSeed, readSettings, runOptions } from '../../cli/draw/options.ts';
import { optionsUsage } from '../../cli/draw/options-usage.ts';
import { withPreset } from '../../cli/draw/preset.ts';
import { settingsOfRecipe } from '../../cli/draw/repeat.ts';
import { refuseUnserved, samplingOf, taskAndForm } from '../../cli/draw/request.ts';
import { edit } from '../../cli/edit.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';
import { exampleRecipe } from '../helpers/recipes.ts';

const bundle: BundleSummary = {
  id: 'tiny',
  name: 'Tiny',
  sha256: '0',
  identity: { language: '0', generation: '0', editing: null },
  schedules: { generation: null, editing: null },
  schedule: { shift: 3, sigmaMin: 0.003 / 1.002, sigmaMax: 1, trainTimesteps: 1000 },
  forms: 'plain',
  context: 'conversation',
  contextTurns: null,
  sizes: null,
  seedsDiffer: true,
  offeredSchedules: [],
  decoders: ['generation'],
  negatives: [],
  counted: opened.bundle.counted,
  defaults: {
    width: 128,
    height: 96,
    steps: 4,
    guidance: 1,
    cfg: 3,
    editingCfg: 1,
    strength: 1,
    temperature: 0,
    topP: 1,
    maxTokens: 64,
  },
  bytes: 1,
};

/** Without the layers that compute the modulation of any other schedule. */
const tabled: BundleSummary = {
  ...bundle,
  schedules: {
    generation: [
      { steps: 4, guidance: 1, strength: 1 },
      { steps: 8, guidance: 1, strength: 1 },
    ],
    editing: null,
  },
};

describe('options', () => {
  test('nothing given leaves everything to the bundle', () => {
    expect(readSettings({})).toMatchObject({ seed: null, steps: null, size: null, decoder: 'auto', count: 1 });
  });

  test('values at their limits are taken', () => {
    const settings = readSettings({
      seed: String(largestSeed),
      steps: '1000',
      size: '64x2048',
      guidance: '30',
      cfg: '0',
      'top-p': '1',
    });
    expect(settings).toMatchObject({ seed: largestSeed, steps: 1000, guidance: 30, cfg: 0, topP: 1 });
  });

  test('numbers are taken as people type them', () => {
    const typed = {
      guidance: '2,5',
      cfg: '.5',
      'cfg-range': ' ,2－１.',
      temperature: '1.',
      steps: '１２',
      seed: '４２',
      size: '８０ｘ６４',
    };
    expect(readSettings(typed)).toMatchObject({
      guidance: 2.5,
      cfg: 0.5,
      cfgRange: [0.2, 1],
      temperature: 1,
      steps: 12,
      seed: 42n,
      size: { width: 80, height: 64 },
    });
  });

  test('sizes are rounded up to 16', () => {
    expect(readSettings({ size: '65x100' }).size).toEqual({ width: 80, height: 112 });
  });

  test.each([
    [{ seed: 'banana' }, /"banana" is not a valid seed/],
    [{ seed: '-1' }, /--seed/],
    [{ seed: '18446744073709551616' }, /--seed/],
    [{ seed: '1e3' }, /--seed/],
    [{ steps: '0' }, /--steps .* 1 to 1000/],
    [{ steps: '1001' }, /--steps/],
    [{ steps: '2.5' }, /--steps/],
    [{ steps: '1,000' }, /--steps/],
    [{ guidance: '2..5' }, /--guidance/],
    [{ size: '0x64' }, /--size/],
    [{ size: '63x64' }, /--size/],
    [{ size: '64x5000' }, /--size/],
    [{ size: '64' }, /--size/],
    [{ guidance: '31' }, /--guidance/],
    [{ cfg: 'NaN' }, /--cfg/],
    [{ cfg: '-0.1' }, /--cfg/],
    [{ strength: '1.1', start: 'a.png' }, /--strength/],
    [{ strength: '0.5' }, /--start/],
    [{ decoder: 'both' }, /--decoder is one of/],
    [{ language: 'fr' }, /--language/],
    [{ form: 'chat' }, /--form/],
    [{ prefill: 'both' }, /--prefill/],
    [{ preset: 'slow' }, /--preset is one of fast, balanced, reference/],
    [{ 'cfg-range': '0.8-0.2' }, /--cfg-range is FROM-TO/],
    [{ 'cfg-range': '0-1.1' }, /--cfg-range/],
    [{ 'cfg-range': '-0.1-1' }, /--cfg-range/],
    [{ 'cfg-range': '0.5' }, /--cfg-range/],
    [{ 'cfg-range': '0-0.5-1' }, /--cfg-range/],
    [{ 'cfg-range': '0-' }, /--cfg-range/],
    [{ count: '0' }, /--count/],
    [{ count: '2', seed: '18446744073709551615' }, /beyond the largest seed/],
  ])('%o is refused', (given, reason) => {
    expect(() => readSettings(given)).toThrow(reason);
  });
});

test('the help and the contract name every option, and no other', () => {
  const contracts = readFileSync(new URL('../../docs/contracts.md', import.meta.url), 'utf8');
  const table = contracts.slice(contracts.indexOf('| option '), contracts.indexOf('A line of a batch'));
  const namesIn = (text: string) =>
    [...new Set([...text.matchAll(/--([a-z][a-z-]+)/g)].map(([, name]) => name))].sort();
  const { output: _, ...named } = { ...runOptions, ...jobOptions };
  expect(namesIn(optionsUsage('draw'))).toEqual(Object.keys(named).sort());
  expect(namesIn(`${table} --force --quiet`)).toEqual(Object.keys(named).sort());
});

describe('a value that begins with a dash', () => {
  const parsed = (...argv: readonly string[]) => parseCommandLine(argv, { ...runOptions, ...jobOptions });

  test.each([
    [['--seed', '-1'], /"-1" is not a valid seed: --seed takes a whole number from 0/],
    [['--steps', '-1'], /--steps is a whole number from 1 to 1000, not "-1"/],
    [['--cfg', '-1'], /--cfg is a number from 0 to 30, not "-1"/],
    [['--guidance=-1'], /--guidance is a number from 0 to 30, not "-1"/],
    [['--size', '-64x64'], /--size is WIDTHxHEIGHT/],
    [['--seed', '--steps', '3'], /--seed needs a value, but --steps follows/],
    [['--steps', '-o', 'a.png'], /--steps needs a value, but -o follows/],
    [['--seed'], /--seed needs a value$/],
    [['-1'], /Unknown option '-1'; .* behind --/],
    [['--bogus'], /Unknown option '--bogus'/],
  ])('%j is refused for what it is', (argv, reason) => {
    expect(() => readSettings(parsed(...argv).values)).toThrow(reason);
  });

  test('is taken where it can be meant, and behind -- everything is words', () => {
    expect(parsed('-o', '-a.png', '--negative', '-').values).toMatchObject({ output: '-a.png', negative: '-' });
    expect(parsed('--quiet', '--', '-1', '--seed').positionals).toEqual(['-1', '--seed']);
  });
});

describe('what a bundle can serve', () => {
  const small = { width: 192, height: 192 };
  const wide = { width: 256, height: 128 };

  test.each([
    [{ decoder: 'editing' }, bundle, /only generation/],
    [{ negative: 'blurry' }, bundle, /no negative branch/],
    [{ cfg: '2' }, bundle, /no negative branch/],
    [{ 'cfg-range': '0-0.5' }, bundle, /--cfg-range: .* no negative branch/],
    [{ negative: 'blurry' }, { ...bundle, negatives: [''] }, /empty negative prompt/],
    [{ negative: 'rain' }, { ...bundle, negatives: ['', 'dull'] }, /carries the empty negative prompt and "dull"; /],
    [
      { negative: 'dull' },
      { ...tabled, negatives: ['', 'dull'] },
      /--negative: .* convert --only other-schedules adds them/,
    ],
    [{ size: '512x512' }, { ...bundle, sizes: [small, wide] }, /--size 512x512: Tiny draws only 192x192 and 256x128/],
    [{ count: '3' }, { ...bundle, seedsDiffer: false }, /--count 3: Tiny draws the same picture from every seed/],
    [
      { steps: '9' },
      tabled,
      /--steps: Tiny is installed without other-schedules .* --steps 4 --guidance 1 or --steps 8/,
    ],
    [{ steps: '4', guidance: '2' }, tabled, /--guidance: .* --steps 4 --guidance 1 /],
    [{ start: 'a.png', strength: '0.5' }, tabled, /--strength: .* from no picture/],
  ])('%o is refused with the reason', (given, which, reason) => {
    expect(() => refuseUnserved(readSettings(given), which)).toThrow(reason);
  });

  test('what it can serve is not refused', () => {
    refuseUnserved(readSettings({ cfg: '1', decoder: 'generation' }), bundle);
    refuseUnserved(readSettings({ cfg: '3', negative: '' }), { ...bundle, negatives: [''] });
    refuseUnserved(readSettings({ cfg: '3', negative: 'dull' }), { ...bundle, negatives: ['', 'dull'] });
    refuseUnserved(readSettings({ size: '256x128', count: '1' }), {
      ...bundle,
      sizes: [small, wide],
      seedsDiffer: false,
    });
    refuseUnserved(readSettings({ size: '512x512', count: '3' }), bundle);
    for (const given of [{}, { steps: '4' }, { steps: '8', guidance: '1' }, { start: 'a.png', strength: '1' }]) {
      refuseUnserved(readSettings(given), tabled);
    }
    refuseUnserved(readSettings({ steps: '9' }), bundle);
  });
});

describe('a preset', () => {
  const schedules = [50, 28, 8].map((steps) => ({ steps, guidance: 3.5, strength: 1 as const }));
  const defaults = { ...bundle.defaults, steps: 50, guidance: 3.5, cfg: 3 };
  const full: BundleSummary = { ...bundle, offeredSchedules: schedules, negatives: [''], defaults };
  const chosen = (given: Parameters<typeof readSettings>[0], of = full) => withPreset(readSettings(given), of);

  test('stands for steps and CFG; where it agrees with the bundle that decides, for drawings and edits each', () => {
    expect(chosen({ preset: 'fast' })).toMatchObject({ steps: 8, guidance: null, cfg: 1, cfgRange: null });
    expect(chosen({ preset: 'balanced' })).toMatchObject({ steps: 28, cfg: null, cfgRange: [0.3, 0.7] });
    expect(chosen({ preset: 'reference' })).toEqual(readSettings({}));
  });

  test('leaves what is asked for beside it', () => {
    const given = { preset: 'balanced', steps: '9', 'cfg-range': '0-0.5', seed: '7' };
    expect(chosen(given)).toMatchObject({ steps: 9, cfg: null, cfgRange: [0, 0.5], seed: 7n });
  });

  test('takes the place of what a recipe says of it', () => {
    const recipe = { ...exampleRecipe(), steps: 9, guidance: 2, cfg: 4, cfg_range: [0, 0.5] as [number, number] };
    const settings = readSettings({ preset: 'fast' }, settingsOfRecipe(recipe, 'a.png'));
    expect(withPreset(settings, full)).toMatchObject({ steps: 8, guidance: null, cfg: 1, cfgRange: null });
  });

  test.each([
    ['fast', bundle, /--preset fast draws in 8 steps, which Tiny was not made for: it serves no preset, in 4 steps/],
    ['balanced', { ...full, negatives: [] }, /--preset balanced: Tiny has no negative branch/],
    ['fast', { ...full, offeredSchedules: schedules.slice(0, 2) }, /it serves only balanced and reference$/],
  ])('%s is refused where a bundle cannot serve it, with the reason', (preset, of, reason) => {
    expect(() => chosen({ preset }, of)).toThrow(reason);
  });
});

describe('a request', () => {
  test('the form is that of the command unless another is named', () => {
    expect(taskAndForm('draw', null)).toEqual({ task: 'draw', form: 'draw' });
    expect(taskAndForm('chat', null)).toEqual({ task: 'auto', form: 'auto' });
    expect(taskAndForm('edit', 'typed')).toEqual({ task: 'auto', form: 'plain' });
    expect(taskAndForm('draw', 'ask')).toEqual({ task: 'ask', form: 'ask' });
    expect(taskAndForm('polish', null)).toEqual({ task: 'auto', form: 'polish' });
  });

  test('sampling is the bundle’s where nothing is given, and livelier for a prompt made richer', () => {
    const settings = readSettings({ 'top-p': '0.7' });
    expect(samplingOf(settings, 'draw', bundle.defaults)).toEqual({ temperature: 0, topP: 0.7, maxTokens: 64 });
    expect(samplingOf(settings, 'polish', bundle.defaults).temperature).toBeGreaterThan(0.5);
    expect(samplingOf(readSettings({ temperature: '0' }), 'polish', bundle.defaults).temperature).toBe(0);
  });
});

describe('beside a recipe', () => {
  test('what is given takes the place of what the recipe says', () => {
    const recipe = { ...exampleRecipe(), seed: '5', steps: 9 };
    const settings = readSettings({ seed: '6', prefill: 'loop' }, settingsOfRecipe(recipe, 'a.png'));
    expect(settings).toMatchObject({ seed: 6n, steps: 9, decoder: 'editing', prefill: 'loop', recipe: 'a.png' });
  });
});

test.each([ask, chat, edit])('every format of pictures that is read is named in its usage', ({ usage }) => {
  expect(['PNG', 'JPEG', 'WebP', 'AVIF', 'HEIC', 'GIF'].filter((format) => !usage.includes(format))).toEqual([]);
});
