/** A picture that was edited shows what it was edited from, and each of these can be changed again. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './test.ts';

test('an earlier picture of a chain is changed again, by a press, by a key, and dragged', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  await expect(page.getByRole('list', { name: 'How it was edited' })).toHaveCount(0);
  for (const change of ['make it night', 'add a dog']) {
    await user.press('Edit this');
    await user.ask(change);
    await expect(user.pictures(change)).toHaveAttribute('data-state', 'done');
  }
  // One strip, at the newest picture; its names have the numbers that words count, and none is seen that begins at another than 1.
  const strip = page.getByRole('list', { name: 'How it was edited', exact: true });
  await expect(strip).toHaveCount(1);
  await expect(strip).toHaveText('');
  const steps = strip.getByRole('button');
  const names = ['Change picture 1: draw a red car', 'Change picture 2: make it night', 'Change picture 3: add a dog'];
  await expect
    .poll(() => steps.evaluateAll((all) => all.map((step) => step.getAttribute('aria-label'))))
    .toEqual(names);
  const chip = page.getByRole('list', { name: 'Attached pictures', exact: true });
  await steps.first().click();
  await expect(steps.first()).toHaveAttribute('aria-pressed', 'true');
  await expect(chip).toContainText('The picture to change');
  await expect(user.message).toBeFocused();
  await steps.nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(steps.nth(1)).toHaveAttribute('aria-pressed', 'true');
  await expect(steps.first()).toHaveAttribute('aria-pressed', 'false');
  // Pressed again it is not the one any more.
  await steps.nth(1).click();
  await expect(chip).toHaveCount(0);
  await steps.first().dragTo(user.message);
  await expect(steps.first()).toHaveAttribute('aria-pressed', 'true');
  await expect(user.message).toHaveValue('');
  await user.ask('make it day');
  await expect(user.pictures('make it day')).toHaveAttribute('data-state', 'done');
  // It goes on from the first picture: a chain of its own.
  await expect(strip).toHaveCount(2);
  await expect(strip.last().getByRole('button')).toHaveCount(2);
  await user.reload();
  await expect(strip.last().getByRole('button', { name: names[0] ?? '', exact: true })).toBeVisible();
});

test('what is done with an edit stands in one row, and so do the buttons of its recipe', async ({ user, page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  await user.press('Edit this');
  await user.ask('make it night');
  await expect(user.pictures('make it night')).toHaveAttribute('data-state', 'done');
  const tops = (names: readonly string[], within: Page | Locator) =>
    Promise.all(
      names.map(async (name) => {
        const box = await within.getByRole('button', { name, exact: true }).last().boundingBox();
        return Math.round(box?.y ?? Number.NaN);
      }),
    );
  expect(new Set(await tops(['Compare', 'Difference', 'Keep the rest', 'Enlarge', 'Recipe'], page)).size).toBe(1);
  await user.press('Recipe');
  const recipe = page.getByRole('dialog', { name: 'Recipe', exact: true });
  await expect(recipe).toContainText('Made with AI');
  expect(new Set(await tops(['Verify', 'Use these settings'], recipe)).size).toBe(1);
});
