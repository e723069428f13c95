/** A model is moved to a folder of this machine and back. A folder of the private file system stands for the person's own. */
import { readdir } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { nano } from '../../cli/nano.ts';
import { hashesBelow, hashesIn } from '../helpers/file-hashes.ts';
import { standInForFolders } from '../helpers/model-forms.ts';
import { article, button, carOf, list, openModels, region } from '../helpers/models-region.ts';
import { shippedFolder } from './addresses.ts';
import { expect, test } from './test.ts';

/** The person's folder, by which `standInForFolders` answers. */
const picked = 'picked';

/** Installs nano from a folder of the private file system. */
async function installNano(page: Page): Promise<void> {
  const files = await readdir(nano);
  await page.evaluate(async (names) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('given', { create: true });
    for (const name of names) {
      const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await file.write(await (await fetch(`models/nano/${name}`)).blob());
      await file.close();
    }
  }, files);
  await openModels(page);
  await button(page, 'Open folder').click();
  await article(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
  await button(page, 'Install').click();
  await expect(article(page)).toContainText('Installed, 14 MB');
}

test('to a folder and back by keyboard: the same files in one place at a time, the same picture, over reloads', async ({
  user,
  page,
}) => {
  const whole = await hashesIn(nano);
  const described = { 'bundle.json': whole['bundle.json'] };
  await standInForFolders(page);
  await user.open(`${shippedFolder}?device=wasm`);
  await installNano(page);
  await button(page, 'Use').click();
  await expect(button(page, 'Use')).toHaveCount(0);
  const drawn = await carOf(user);

  await openModels(page);
  await button(page, 'Move').press('Enter');
  await expect(article(page)).toContainText('14 MB are copied to a folder that you choose');
  expect(await hashesBelow(page, 'models')).toEqual(whole);
  await button(page, 'Choose folder').press('Enter');
  await expect(article(page)).toContainText('In the folder nano-');
  await expect(button(page, 'Move')).toBeVisible();
  expect(await hashesBelow(page, picked)).toEqual(whole);
  expect(await hashesBelow(page, 'models')).toEqual(described);
  // It was open, and is again, from where it lies now.
  await expect(list(page).locator('option:checked')).toHaveText('Nexus-Gen nano (this device)');
  expect(await carOf(user)).toBe(drawn);
  await user.reload();
  await expect(list(page).locator('option:checked')).toHaveText('Nexus-Gen nano (this device)');
  expect(await carOf(user)).toBe(drawn);

  await openModels(page);
  await button(page, 'Verify').press('Enter');
  await expect(article(page)).toContainText('Verified');
  await button(page, 'Move').press('Enter');
  await expect(article(page)).toContainText('14 MB are copied from nano-');
  await expect(article(page)).toContainText('This page stores');
  await button(page, 'Move back').press('Enter');
  await expect(article(page)).not.toContainText('In the folder');
  await expect(button(page, 'Move')).toBeVisible();
  expect(await hashesBelow(page, 'models')).toEqual(whole);
  expect(await hashesBelow(page, picked)).toEqual({});
  expect(await carOf(user)).toBe(drawn);
});

test('a page that is closed while a model is moved leaves it whole, and goes on', async ({ user, page }) => {
  await standInForFolders(page);
  await user.open(`${shippedFolder}?device=wasm`);
  await installNano(page);
  const whole = await hashesBelow(page, 'models');
  for (const act of ['Choose folder', 'Move back']) {
    await button(page, 'Move').click();
    await button(page, act).click();
    // Something of it was copied by now; on a fast machine all of it. Until the move begins neither is there.
    const moved = article(page).filter(
      act === 'Choose folder' ? { hasText: 'In the folder' } : { hasNotText: 'In the folder' },
    );
    await expect(article(page).locator('progress[value]').or(moved).first()).toBeVisible();
    await user.reload();
    await openModels(page);
    await expect(article(page)).toContainText('Installed, 14 MB');
    await button(page, 'Verify').click();
    // Nothing is at work any more.
    await expect(button(page, 'Verify')).toBeVisible();
    await expect(region(page).getByRole('alert')).toHaveCount(0);
    if (await button(page, 'Resume').isVisible()) await button(page, 'Resume').click();
    await expect(button(page, 'Resume')).toHaveCount(0);
    await expect(button(page, 'Move')).toBeVisible();
    expect(await hashesBelow(page, act === 'Move back' ? 'models' : picked)).toEqual(whole);
  }
  expect(await hashesBelow(page, picked)).toEqual({});
});
