/** What a saved picture holds of the conversation, and where a person says so. */
import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { readSaved } from '../helpers/saved-picture.ts';
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const onProcessor = '/?device=wasm';

/** The texts in a saved file's recipe; null where it holds none. */
async function wordsIn(bytes: Uint8Array): Promise<readonly string[] | null> {
  if (!Buffer.from(bytes).includes('nexus-gen-recipe')) return null;
  return (await readSaved(bytes)).recipe.messages.map(({ text }) => text);
}

/** Chooses an entry of the menu beside Save with the keyboard alone. */
async function saveWith(user: User, entry: string): Promise<Uint8Array> {
  const { page } = user;
  const button = user.button('Save with…').last();
  await button.focus();
  await page.keyboard.press('ArrowDown');
  const menu = page.getByRole('menu', { name: 'Recipe in saved pictures' });
  await expect(menu.getByRole('menuitem')).toHaveText(['This picture', 'Whole conversation', 'None']);
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  const wanted = menu.getByRole('menuitem', { name: entry, exact: true });
  for (let at = 0; at < 3 && !(await wanted.evaluate((item) => item === document.activeElement)); at += 1) {
    await page.keyboard.press('ArrowDown');
  }
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const bytes = await readFile(await (await download).path());
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
  return bytes;
}

test('a saved picture holds its own words; all of them, or none, where a person chooses so', async ({ user, page }) => {
  await user.open(onProcessor);
  await user.ask('what is my secret? tulip');
  await user.ask('draw a red car');
  const saved = await user.save();
  expect(await wordsIn(saved.bytes)).toEqual(['draw a red car']);
  await expect(user.status).toHaveText(/^Saved as \u2068nexus-gen-\d+\.png\u2069$/);

  expect(await wordsIn(await saveWith(user, 'Whole conversation'))).toHaveLength(3);
  const without = await saveWith(user, 'None');
  expect(await wordsIn(without)).toBeNull();
  expect(Buffer.from(without).includes('trainedAlgorithmicMedia')).toBe(true);
  expect(await wordsIn(await saveWith(user, 'This picture'))).toEqual(['draw a red car']);

  await user.button('Save with…').last().click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();

  // Escape closes the menu alone: what is being drawn goes on.
  await user.say('draw a house');
  await user.button('Save with…').last().click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');

  await user.openSettings();
  await user.choose('Recipe in saved pictures', 'None');
  expect(await wordsIn((await user.save()).bytes)).toBeNull();
  await user.reload();
  expect(await wordsIn((await user.save()).bytes)).toBeNull();
});

for (const { width, height } of [
  { width: 1280, height: 800 },
  { width: 320, height: 640 },
]) {
  test(`what failed covers neither the picture nor the message at ${width} × ${height}`, async ({ user, page }) => {
    await page.addInitScript(() => {
      navigator.clipboard.write = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
    });
    await page.setViewportSize({ width, height });
    await user.open(onProcessor);
    await user.ask('draw a red car');
    await user.press('Copy');
    const alert = user.lastAnswer.getByRole('alert');
    await expect(alert).toBeInViewport({ ratio: 1 });
    await expectApart(alert, user.picture);
    await expectApart(alert, page.locator('form'));
    const saved = page.waitForEvent('download');
    await alert.getByRole('button', { name: 'Save the picture' }).click();
    await readSaved(await readFile(await (await saved).path()));
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await expect(user.alerts).toHaveCount(0);

    await user.drop({ name: 'notes.png', bytes: new TextEncoder().encode('no picture') });
    await expect(user.alerts).toContainText('notes.png');
    await expectApart(user.alerts, user.picture);
    await expectApart(user.alerts, page.locator('form'));
  });
}

async function expectApart(one: Locator, other: Locator): Promise<void> {
  await expect
    .poll(async () => {
      const [first, second] = [await one.boundingBox(), await other.boundingBox()];
      if (first === null || second === null) return 'not shown';
      return first.y + first.height <= second.y || second.y + second.height <= first.y;
    })
    .toBe(true);
}

test('a picture is shared as Save would write it, where the system has a sheet for it', async ({ user, page }) => {
  await page.addInitScript(() => {
    navigator.canShare = () => true;
    navigator.share = async ({ files = [] } = {}) => {
      const [file] = files;
      document.title = `shared ${file?.name} ${file?.type} ${file?.size}`;
    };
  });
  await user.open(onProcessor);
  await user.ask('draw a red car');
  const { name, bytes } = await user.save();
  await user.press('Share');
  await expect(page).toHaveTitle(`shared ${name} image/png ${bytes.length}`);
});

test('saved and shared pictures are called as a person says', async ({ user, page }) => {
  await page.addInitScript(() => {
    navigator.canShare = () => true;
    navigator.share = async ({ files = [] } = {}) => {
      document.title = `shared ${files[0]?.name}`;
    };
  });
  await user.open(onProcessor);
  await user.openSettings();
  const names = user.field('Names of saved pictures');
  await expect(names).toHaveAccessibleDescription(/For example .nexus-gen-7\.png.*\{prompt\}/);
  await user.ask('draw a red car');
  await names.fill('{prompt}, {n}');
  await expect(names).toHaveAccessibleDescription(/For example .draw a red car, 1\.png/);
  expect((await user.save()).name).toBe('draw a red car, 1.png');
  await user.press('Share');
  await expect(page).toHaveTitle('shared draw a red car, 1.png');

  // What gives no name is told in place, and the last good one serves.
  for (const [wrong, reason] of [
    ['cars/{n}', 'cannot have / in it'],
    ['{promt}', 'There is no part {promt}'],
    ['{n', 'A brace stands alone'],
  ] as const) {
    await names.fill(wrong);
    await expect(names).toHaveAttribute('aria-invalid', 'true');
    await expect(names).toHaveAccessibleDescription(new RegExp(reason.replaceAll(/[{}]/g, '.')));
    await expect(names).toHaveAccessibleDescription(/\{prompt\}, \{n\} is used/);
    expect((await user.save()).name).toBe('draw a red car, 1.png');
  }
  await user.reload();
  await expect(user.pictures('draw a red car')).toBeVisible();
  await user.ask('draw a house');
  expect((await user.save()).name).toBe('draw a house, 2.png');
  await user.openSettings();
  await expect(names).toHaveValue('{prompt}, {n}');
  await names.fill('');
  expect((await user.save()).name).toMatch(/^nexus-gen-\d+\.png$/);
});

test('a picture that is dragged out is the file that Save writes; on the page it is changed', async ({
  user,
  page,
}) => {
  await user.open(onProcessor);
  await user.ask('draw a red car');
  const { name, bytes } = await user.save();
  const shown = user.button('View Image: draw a red car');
  // What another program would be handed; a drag begins with what is ready.
  await page.evaluate(() => {
    addEventListener('dragstart', ({ dataTransfer }) => {
      document.documentElement.dataset.dragged = dataTransfer?.getData('DownloadURL') ?? '';
    });
  });
  const dragged = () => page.evaluate(() => document.documentElement.dataset.dragged ?? '');
  const lift = async () => {
    const box = await user.picture.boundingBox();
    if (box === null) throw new Error('not shown');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 20, box.y + box.height / 2 + 20, { steps: 4 });
  };
  const wanted = `image/png:${name}:blob:`;
  await expect(async () => {
    await lift();
    await page.mouse.up();
    expect((await dragged()).startsWith(wanted)).toBe(true);
  }).toPass();
  const address = (await dragged()).slice(`image/png:${name}:`.length);
  const download = page.waitForEvent('download');
  await page.evaluate(
    (href) => Object.assign(document.createElement('a'), { href, download: 'x.png' }).click(),
    address,
  );
  expect(await readFile(await (await download).path())).toEqual(bytes);

  // Onto the message: the next one changes it, and no file comes along.
  const message = await user.message.boundingBox();
  if (message === null) throw new Error('not shown');
  await user.button('Remove The picture to change').click();
  await expect(user.button('Remove The picture to change')).toHaveCount(0);
  await lift();
  await page.mouse.move(message.x + message.width / 2, message.y + message.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(user.button('Remove The picture to change')).toBeVisible();
  await expect(page.getByRole('img', { name: /^Picture: / })).toHaveCount(0);
  await expect(shown).toBeVisible();
});

test('Share is not there where the system has none', async ({ user, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'canShare', { value: undefined });
  });
  await user.open(onProcessor);
  await user.ask('draw a red car');
  await expect(user.button('Copy')).toBeVisible();
  await expect(user.button('Share')).toHaveCount(0);
});
