/** Settings out of their range are marked with the reason, and the last good value counts. */
import type { Locator } from '@playwright/test';
import { deferred } from '../../session/deferred.ts';
import { axeFindings } from '../helpers/axe.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import { shippedFolder } from './addresses.ts';
import { expect, test } from './test.ts';

test('keeps the last good value of each field', async ({ user }) => {
  await user.open('/?device=wasm');
  await user.openSettings();
  const seed = user.field('Seed');
  const steps = user.number('Steps');
  await seed.fill('18446744073709551615');
  await steps.fill('3');
  await user.number('Guidance').fill('2.5');
  for (const field of [seed, steps]) await expect(field).toHaveAttribute('aria-invalid', 'false');

  for (const wrong of ['banana', '-1', '18446744073709551616', '1.5', '0x10']) {
    await seed.fill(wrong);
    await expect(seed).toHaveAttribute('aria-invalid', 'true');
    await expect(seed).toHaveAccessibleDescription(/from 0 to 18446744073709551615/);
  }
  for (const wrong of ['0', '1001', '2.5', '-4', 'many']) {
    await steps.fill(wrong);
    await expect(steps).toHaveAttribute('aria-invalid', 'true');
    await expect(steps).toHaveAccessibleDescription(/whole number from 1 to 1000/);
  }
  const outside = {
    Guidance: '31',
    'CFG scale': '-1',
    'CFG from': '1.1',
    'CFG to': '2',
    Strength: '1.1',
    Temperature: '9',
    'Top p': '2',
    'Maximum tokens': '0',
  };
  for (const [name, wrong] of Object.entries(outside)) {
    await user.number(name).fill(wrong);
    await expect(user.number(name)).toHaveAttribute('aria-invalid', 'true');
  }

  // A range that would end before it begins is marked at both its borders.
  await user.number('CFG from').fill('0.6');
  await user.number('CFG to').fill('0.4');
  for (const border of ['CFG from', 'CFG to']) {
    await expect(user.number(border)).toHaveAttribute('aria-invalid', 'true');
    await expect(user.number(border)).toHaveAccessibleDescription(/CFG from is above CFG to/);
  }

  // What the model cannot serve is disabled and says why.
  await expect(user.field('Negative prompt')).toBeDisabled();
  await expect(user.field('Negative prompt')).toHaveAccessibleDescription(/only the empty negative prompt/);
  // That is nothing wrong, and looks like any other hint.
  const colour = (locator: Locator) => locator.evaluate((element) => getComputedStyle(element).color);
  const hint = await colour(user.settings.getByText('both ways come to the same'));
  expect(await colour(user.settings.getByText('only the empty negative prompt'))).toBe(hint);
  expect(await colour(user.settings.getByText('A whole number from 1 to 1000.'))).not.toBe(hint);

  await user.ask('draw a red car');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  const { recipe } = await readSaved((await user.save()).bytes);
  expect(recipe).toMatchObject({ seed: '18446744073709551615', steps: 3, guidance: 2.5, cfg: 1, strength: 1 });

  // A seed serves one picture unless it is locked; locking an empty field keeps the one that is drawn next.
  await seed.fill('7');
  await user.ask('draw a house');
  await expect(seed).toHaveValue('');
  await user.settings.getByRole('checkbox', { name: 'Lock seed', exact: true }).check();
  await user.ask('draw a tree');
  const locked = await seed.inputValue();
  expect(locked).toMatch(/^\d+$/);
  await user.ask('draw a bird');
  expect((await readSaved((await user.save()).bytes)).recipe.seed).toBe(locked);

  // What is good stays over a reload.
  await user.choose('Size', '80 × 64');
  await user.number('CFG scale').fill('2');
  await user.choose('Task', 'Ask');
  await user.reload();
  await user.openSettings();
  await expect(seed).toHaveValue(locked);
  await expect(steps).toHaveValue('3');
  await user.choose('Task', 'Draw');
  await user.ask('a boat');
  await expect(user.pictures('a boat')).toHaveAttribute('data-state', 'done');
  const again = (await readSaved((await user.save()).bytes)).recipe;
  expect(again).toMatchObject({ task: 'draw', seed: locked, steps: 3, cfg: 2, size: { width: 80, height: 64 } });
});

test('fields keep what they show while a model is opened anew, and cannot be changed meanwhile', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  await user.openSettings();
  const [steps, guidance, size] = [user.number('Steps'), user.number('Guidance'), page.getByLabel('Size')];
  await expect(steps).toBeEnabled();
  await guidance.fill('2.5');
  await user.choose('Size', '80 × 64');
  const shown = await steps.inputValue();
  expect(shown).toMatch(/^\d+$/);

  const goOn = deferred<void>();
  await page.route('**/tiny/bundle.json', async (route) => {
    await goOn.promise;
    await route.continue();
  });
  await user.choose('Device', 'Automatic');
  for (const field of [steps, guidance, size, user.field('Negative prompt')]) await expect(field).toBeDisabled();
  await expect(steps).toHaveValue(shown);
  await expect(guidance).toHaveValue('2.5');
  await expect(size).toHaveValue('80x64');

  goOn.resolve();
  for (const field of [steps, guidance, size]) await expect(field).toBeEnabled();
  await expect(guidance).toHaveValue('2.5');
});

test('the decoder that is chosen draws, and the picture’s recipe says so', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.field('Seed').fill('7');
  await user.settings.getByRole('checkbox', { name: 'Lock seed', exact: true }).check();
  const dog = await photo('dog.png', red, blue);
  /** The same picture, words and seed in a chat of their own. */
  const editedBy = async (decoder: string) => {
    await user.choose('Decoder', decoder);
    await user.button('New chat').click();
    await user.drop(dog);
    await user.ask('make it night');
    await expect(user.picture).toHaveAttribute('data-state', 'done');
    const { recipe } = await readSaved((await user.save()).bytes);
    expect(recipe).toMatchObject({ form: 'edit', seed: '7' });
    await user.press('Recipe');
    const dialog = page.getByRole('dialog', { name: 'Recipe', exact: true });
    const said = await dialog
      .locator('div', { has: page.getByText('Decoder', { exact: true }) })
      .last()
      .textContent();
    await page.keyboard.press('Escape');
    return { decoder: recipe.decoder, said, pixels: await user.pixels() };
  };
  const auto = await editedBy('Auto');
  const preserving = await editedBy('Editing');
  const anew = await editedBy('Generation');
  expect([auto, preserving, anew].map(({ decoder }) => decoder)).toEqual(['editing', 'editing', 'generation']);
  expect([preserving, anew].map(({ said }) => said)).toEqual(['DecoderEditing', 'DecoderGeneration']);
  expect(preserving.pixels).toBe(auto.pixels);
  expect(anew.pixels).not.toBe(auto.pixels);
});

test('with a step cache a drawing runs fewer of its steps, its recipe says so, and reusing it draws the same', async ({
  user,
}) => {
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.field('Seed').fill('7');
  await user.settings.getByRole('checkbox', { name: 'Lock seed', exact: true }).check();
  await user.number('Steps').fill('12');
  /** The same words in a chat of their own. */
  const drawn = async () => {
    await user.button('New chat').click();
    await user.ask('draw a red car');
    await expect(user.picture).toHaveAttribute('data-state', 'done');
    const { recipe } = await readSaved((await user.save()).bytes);
    return { recipe, pixels: await user.pixels() };
  };
  const whole = await drawn();
  const cache = user.number('Step cache');
  await cache.fill('2');
  await expect(user.settings.getByText('0 to 1. 0 is used.')).toBeVisible();
  await cache.fill('1');
  const cached = await drawn();
  expect(whole.recipe).not.toHaveProperty('step_cache');
  expect(cached.recipe).toMatchObject({ steps: 12, step_cache: 1 });
  expect(cached.pixels).not.toBe(whole.pixels);
  await cache.fill('');
  expect((await drawn()).pixels).toBe(whole.pixels);
  await cache.fill('1');
  expect((await drawn()).pixels).toBe(cached.pixels);
});

test('words are sampled as Temperature and Top p say, the same from the same seed', async ({ user }) => {
  // The model that the page ships with: that of the tests is sure of its words at any temperature.
  await user.open(`${shippedFolder}?device=wasm`);
  await user.openSettings();
  await user.settings.getByRole('checkbox', { name: 'Lock seed', exact: true }).check();
  await user.number('Maximum tokens').fill('12');
  /** The answer to one question in a chat of its own. */
  const said = async (seed: string, temperature: string, topP: string) => {
    await user.field('Seed').fill(seed);
    await user.number('Temperature').fill(temperature);
    await user.number('Top p').fill(topP);
    await user.button('New chat').click();
    await user.ask('what is in the picture?');
    await expect(user.answers).toHaveCount(1);
    return (await user.lastAnswer.locator('.words').textContent()) ?? '';
  };
  const likeliest = await said('5', '0', '1');
  const sampled = await said('5', '2', '1');
  expect(sampled).not.toBe(likeliest);
  expect(await said('5', '2', '1')).toBe(sampled);
  expect(await said('6', '2', '1')).not.toBe(sampled);
  // Of all words the likeliest alone are left.
  expect(await said('6', '2', '0.001')).toBe(likeliest);
});

test('settings belong to one chat alone where a person says so, and are given up for the general ones', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  await user.openSettings();
  const steps = user.number('Steps');
  await steps.fill('3');
  const only = user.settings.getByRole('checkbox', { name: 'For this chat only', exact: true });
  await expect(only).toHaveAccessibleDescription(
    'What you change under Messages, Picture and Words holds in every chat.',
  );
  for (const group of ['Messages', 'Picture', 'Words']) {
    await expect(user.settings.getByRole('group', { name: group, exact: true })).toBeVisible();
  }
  await only.press('Space');
  await steps.fill('2');
  await expect(steps).toHaveAccessibleDescription(/In this chat alone/);
  await expect(user.number('Guidance')).not.toHaveAccessibleDescription(/In this chat alone/);
  expect(await axeFindings(page)).toEqual([]);
  await user.ask('draw a house');
  expect((await readSaved((await user.save()).bytes)).recipe.steps).toBe(2);

  await user.press('New chat');
  await expect(only).not.toBeChecked();
  await expect(steps).toHaveValue('3');
  await user.ask('draw a tree');
  expect((await readSaved((await user.save()).bytes)).recipe.steps).toBe(3);

  await user.reload();
  await page
    .getByRole('navigation', { name: 'Chats' })
    .getByRole('button', { name: /^draw a red car/ })
    .click();
  await expect(user.button('Settings')).toHaveAccessibleDescription('For this chat only');
  await user.openSettings();
  await expect(steps).toHaveValue('2');
  await user.button('Back to the general settings').press('Enter');
  await expect(steps).toHaveValue('3');
  await expect(only).toBeChecked();
  // The button is there no more: the focus stays in Settings.
  await expect(user.settings).toBeFocused();
  await only.press('Space');
  await expect(user.button('Reset')).toBeVisible();
});
