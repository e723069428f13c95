import { afterEach, describe, expect, test, vi } from 'vitest';
import { chooseDevice } from '../../src/actions/open-model.ts';
import { reuseSettings } from '../../src/actions/set.ts';
import { recipeRows } from '../../src/picture/recipe-rows.ts';
import {
  isGood,
  isReversed,
  parseNumber,
  parseSeedField,
  settingsOf,
  usedNumber,
  usedSeed,
} from '../../src/settings/fields.ts';
import { opened } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { words } from '../helpers/words.ts';

afterEach(() => vi.unstubAllGlobals());

describe('a number field', () => {
  test.each([
    ['steps', '1', 1],
    ['steps', '1000', 1000],
    ['steps', '0', null],
    ['steps', '1001', null],
    ['steps', '2.5', null],
    ['steps', '-1', null],
    ['steps', '1e2', null],
    ['steps', 'banana', null],
    ['guidance', '30', 30],
    ['guidance', '30.5', null],
    ['strength', '0', 0],
    ['strength', '1.01', null],
    ['topP', 'NaN', null],
    ['temperature', ' 0.7 ', 0.7],
    ['temperature', '0,7', 0.7],
    ['guidance', '2.', 2],
    ['strength', '.5', 0.5],
    ['strength', ',5', 0.5],
    ['guidance', '２，５', 2.5],
    ['guidance', '2..5', null],
    ['guidance', '1,2,3', null],
    ['guidance', '.', null],
    ['steps', '１２', 12],
    ['steps', '4.', 4],
    ['steps', '4,0', 4],
    ['steps', '1,000', null],
  ] as const)('%s reads %j as %j', (name, text, value) => {
    expect(parseNumber(name, text)).toBe(value);
  });
});

test.each([
  ['0', '0'],
  ['18446744073709551615', '18446744073709551615'],
  ['18446744073709551616', null],
  ['-1', null],
  ['banana', null],
  ['', null],
  [' ４２ ', '42'],
  ['007', '7'],
])('the seed %j is read as %j', (text, value) => {
  expect(parseSeedField(text)).toBe(value);
});

test.each(['0x0', '63x64', '5000x64', '64x2049', 'banana'])('the size %j is refused', (size) => {
  expect(isGood('size', size)).toBe(false);
});

test('a field that is not good keeps its text, and its last good value is what counts', () => {
  const page = openPage();
  page.set('steps', '8');
  page.set('steps', '0');
  page.set('seed', '5');
  page.set('seed', 'banana');
  const { drafts, good } = page.state();
  expect(drafts).toMatchObject({ steps: '0', seed: 'banana' });
  expect(settingsOf(good, opened.bundle)).toMatchObject({ steps: 8, seed: '5', guidance: 3.5 });
});

test('a locked seed stays, an unlocked one serves one picture', async () => {
  const page = openPage();
  page.modelIsReady();
  page.set('seed', '5');
  page.say('draw a car');
  await page.idle();
  expect(page.state().drafts.seed).toBe('');

  page.set('lockSeed', true);
  page.say('draw a tree');
  page.say('draw a boat');
  await page.idle();
  const [first, second, third] = page.session.asked.map(({ seed }) => seed);
  expect(first).toBe('5');
  expect(second).not.toBe('5');
  expect(third).toBe(second);
  expect(page.state().drafts.seed).toBe(second);
});

test('what was written for another model, or before one was there, is not sent to one that cannot serve it', async () => {
  const page = openPage();
  page.set('decoder', 'editing');
  page.set('negative', 'fog');
  page.set('cfg', '4');
  page.session.openNow({ ...opened, bundle: { ...opened.bundle, decoders: ['generation'] } });
  page.say('draw a car');
  await page.idle();
  expect(page.session.asked).toMatchObject([{ decoder: 'auto' }]);
  expect(page.session.painted).toMatchObject([{ negative: '', cfg: 4 }]);

  page.session.openNow(opened);
  chooseDevice.perform(page.app, 'wasm');
  page.say('draw a tree');
  await page.idle();
  expect(page.session.asked[1]).toMatchObject({ decoder: 'editing' });
});

describe('the negative prompt', () => {
  const holding = (...negatives: string[]) => ({
    ...opened,
    bundle: { ...opened.bundle, negatives: ['', ...negatives] },
  });

  test('is one that the model holds, else the last that was', async () => {
    const page = openPage();
    page.session.openNow(holding('fog', 'low quality'));
    page.set('cfg', '4');
    for (const text of ['fog', 'fo', 'rain', ' low quality ', '']) {
      page.set('negative', text);
      page.say('draw a car');
      await page.idle();
      expect(page.state().drafts.negative).toBe(text);
    }
    expect(page.session.painted.map(({ negative }) => negative)).toEqual(['fog', 'fog', 'fog', 'low quality', '']);
  });

  test('is the empty one where a model without the layers holds words', async () => {
    const { bundle } = holding('fog');
    const served = [{ steps: 4, guidance: 3.5, strength: 1 as const }];
    const page = openPage();
    page.session.openNow({ ...opened, bundle: { ...bundle, schedules: { generation: served, editing: served } } });
    page.set('negative', 'fog');
    page.say('draw a car');
    await page.idle();
    expect(page.session.painted).toMatchObject([{ negative: '' }]);
  });
});

describe('the part of the steps with CFG', () => {
  const range = (page: ReturnType<typeof openPage>) => settingsOf(page.state().good, opened.bundle).cfgRange;

  test('is all of them where nothing is written, and is left to a model without a negative branch', () => {
    const page = openPage();
    expect(range(page)).toBeNull();
    page.set('cfgFrom', '0.3');
    expect(range(page)).toEqual([0.3, 1]);
    page.set('cfgFrom', '');
    page.set('cfgTo', '0,7');
    expect(range(page)).toEqual([0, 0.7]);
    expect(settingsOf(page.state().good, { ...opened.bundle, negatives: [] }).cfgRange).toBeNull();
  });

  test('counts as it last did while it would end before it begins, whichever border is written first', () => {
    const page = openPage();
    page.set('cfgFrom', '0.3');
    page.set('cfgTo', '0.7');
    page.set('cfgFrom', '0.8');
    expect(isReversed(page.state().drafts)).toBe(true);
    expect(range(page)).toEqual([0.3, 0.7]);
    page.set('cfgTo', '2');
    expect(isReversed(page.state().drafts)).toBe(false);
    expect(range(page)).toEqual([0.3, 0.7]);
    page.set('cfgTo', '0.9');
    expect(range(page)).toEqual([0.8, 0.9]);
    // Two tabs that wrote a border each: all steps, and the fields say why.
    expect(settingsOf({ cfgFrom: '0.8', cfgTo: '0.2' }, opened.bundle).cfgRange).toBeNull();
  });

  test('goes into the recipe; a picture whose settings are used again is drawn as it was', async () => {
    const page = openPage();
    page.modelIsReady();
    const draw = async (sentence: string) => {
      page.say(sentence);
      await page.idle();
      return page.answer().results[0];
    };
    for (const [name, value] of [
      ['cfg', '3'],
      ['cfgFrom', '0.3'],
      ['cfgTo', '0.7'],
    ] as const)
      page.set(name, value);
    const guided = await draw('draw a car');
    expect(guided?.from?.recipe).toMatchObject({ cfg: 3, cfg_range: [0.3, 0.7] });
    expect(new Map(guided && recipeRows(guided, words.en.page)).get('CFG over steps')).toBe('0.3 to 0.7');
    page.set('cfgFrom', '');
    page.set('cfgTo', '');
    const whole = await draw('draw a tree');
    expect(whole?.from?.recipe.cfg_range).toBeUndefined();

    reuseSettings.perform(page.app, guided?.id ?? '');
    expect(page.state().drafts).toMatchObject({ cfgFrom: '0.3', cfgTo: '0.7' });
    await draw('draw a boat');
    expect(page.session.painted.at(-1)).toMatchObject({ cfg: 3, cfgRange: [0.3, 0.7] });
    page.vary(page.answer().results[0]?.id ?? '');
    await page.idle();
    expect(page.session.painted.at(-1)).toMatchObject({ cfg: 3, cfgRange: [0.3, 0.7] });

    reuseSettings.perform(page.app, whole?.id ?? '');
    await draw('draw a house');
    expect(page.session.painted.at(-1)?.cfgRange).toBeUndefined();
  });
});

test('the scale of guidance is left to a model without a negative branch', () => {
  const { cfg } = settingsOf({ cfg: '4' }, { ...opened.bundle, negatives: [] });
  expect(cfg).toBeNull();
});

test('the reason why a field is not good names the value that is used instead', () => {
  const page = openPage();
  const { settings } = words.en.page;
  page.set('steps', '7');
  page.set('steps', '0');
  page.set('guidance', '99');
  page.set('seed', '12');
  page.set('seed', 'x');
  const { good } = page.state();
  expect(settings.wholeRange(1, 1000, usedNumber('steps', good, 4))).toBe('A whole number from 1 to 1000. 7 is used.');
  expect(settings.range(0, 20, usedNumber('guidance', good, 3.5))).toBe('From 0 to 20. 3.5 is used.');
  expect(settings.range(0, 20, usedNumber('guidance', good, undefined))).toBe('From 0 to 20.');
  expect(settings.seedRange(usedSeed(good))).toContain('12 is used');
  page.set('seed', '');
  page.set('seed', 'x');
  expect(settings.seedRange(usedSeed(page.state().good))).toContain('drawn at random');
});
