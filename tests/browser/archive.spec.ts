/** Everything is taken away, cleared, and brought back. */
import type { Download, Locator, Page } from '@playwright/test';
import { archiveOf, chatLine, lines, turnLine } from '../helpers/archives.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const address = '/?device=wasm';
const settings = (page: Page) => page.getByRole('region', { name: 'Settings', exact: true });
const rows = (page: Page) => page.getByRole('navigation', { name: 'Chats', exact: true }).getByRole('listitem');
const size = (page: Page, kind: string) =>
  settings(page)
    .getByRole('table', { name: 'Storage on this device' })
    .getByRole('row', { name: kind })
    .getByRole('cell');

async function openSettings(user: User): Promise<Locator> {
  if (!(await settings(user.page).isVisible())) await user.button('Settings').click();
  return settings(user.page);
}

async function exportAll(user: User): Promise<string> {
  const download = user.page.waitForEvent('download');
  await (await openSettings(user)).getByRole('button', { name: 'Export', exact: true }).click();
  return pathOf(await download);
}

async function pathOf(download: Download): Promise<string> {
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  return download.path();
}

async function importFrom(user: User, file: string | { name: string; mimeType: string; buffer: Buffer }) {
  const region = await openSettings(user);
  const chooser = user.page.waitForEvent('filechooser');
  await region.getByRole('button', { name: 'Import', exact: true }).click();
  await (await chooser).setFiles(file);
}

/** A chat with a picture in two versions, of which the first is shown, renamed and pinned; and one with an added picture. */
async function fill(user: User): Promise<void> {
  await user.ask('draw a red car');
  await user.press('Regenerate');
  await user.idle();
  await user.press('Previous version');
  const row = rows(user.page).first();
  await row.hover();
  await row.getByRole('button', { name: 'Rename chat', exact: true }).click();
  await user.page.getByRole('textbox', { name: 'Title of the chat', exact: true }).fill('Cars');
  await user.page.keyboard.press('Enter');
  await row.getByRole('button', { name: 'Pin chat', exact: true }).click();
  await user.button('New chat').click();
  await user.ask('draw a blue boat');
}

test('export, clear, import: the same chats, pictures, recipes, titles, pins and versions, and nothing twice', async ({
  user,
  page,
}) => {
  await user.open(address);
  await fill(user);
  const boat = await user.pixels();
  await rows(page).first().getByRole('button').first().click();
  await expect(page.getByText('1 of 2')).toBeVisible();
  const car = await user.pixels();
  const recipe = (await user.save()).bytes;
  const file = await exportAll(user);
  await expect(page.getByText('Exported.', { exact: true })).toBeVisible();
  await expect(size(page, 'Pictures')).not.toHaveText('0 kB');

  await settings(page).getByRole('button', { name: 'Clear all data', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Clear all data?' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(rows(page)).toHaveCount(2);
  await settings(page).getByRole('button', { name: 'Clear all data', exact: true }).click();
  await dialog.getByRole('button', { name: 'Clear all data', exact: true }).click();
  await expect(page.getByText('All data was cleared. What remains is below.')).toBeVisible();
  await expect(rows(page)).toHaveCount(0);
  await expect(size(page, 'Pictures')).toHaveText('0 kB');
  await expect(size(page, 'Installed models')).toHaveText('0 kB');
  await expect(user.alerts).toHaveCount(0);

  await importFrom(user, file);
  await expect(page.getByText(/^2 chats and \d+ pictures came in\.$/)).toBeVisible();
  await expect(rows(page)).toHaveText([/Cars.*Pinned/, /draw a blue boat/]);
  const isAsItWas = async () => {
    await rows(page).first().getByRole('button').first().click();
    await expect(page.getByText('1 of 2')).toBeVisible();
    await expect.poll(() => user.pixels()).toBe(car);
    expect(Buffer.from((await user.save()).bytes).equals(Buffer.from(recipe))).toBe(true);
    await rows(page).last().getByRole('button').first().click();
    await expect.poll(() => user.pixels()).toBe(boat);
  };
  await isAsItWas();
  await importFrom(user, file);
  await expect(page.getByText('Everything in the file is here already.')).toBeVisible();
  await expect(rows(page)).toHaveCount(2);
  await expect(user.questions).toHaveCount(1);
  await user.reload();
  await expect(rows(page)).toHaveText([/Cars.*Pinned/, /draw a blue boat/]);
  await isAsItWas();
  // It works on as a chat does.
  await user.ask('draw a house');
  await expect(user.questions).toHaveCount(2);
});

test('one chat is exported by keyboard, and imported where it is shown in both tabs', async ({
  user,
  page,
  browser,
}) => {
  await user.open(address);
  await user.ask('draw a red car');
  await openSettings(user);
  await settings(page).getByRole('button', { name: 'Export', exact: true }).focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Export chat', exact: true })).toBeFocused();
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('draw a red car.zip');
  const file = await pathOf(saved);
  const car = await user.pixels();

  const elsewhere = await browser.newContext();
  const writer = new User(await elsewhere.newPage());
  await writer.open(address);
  await writer.ask('what is this?');
  const follower = await writer.inNewTab();
  await follower.open(address);
  await importFrom(follower, file);
  await expect(follower.page.getByText(/^One chat and one picture came in\.$/)).toBeVisible();
  for (const person of [follower, writer]) {
    await rows(person.page).getByRole('button', { name: 'draw a red car' }).click();
    await expect.poll(() => person.pixels()).toBe(car);
  }
  await elsewhere.close();
});

test('a file that is no export is refused in words, in Settings, and changes nothing', async ({ user, page }) => {
  await user.open(address);
  await user.ask('what is this?');
  const buffer = Buffer.from('PK\x03\x04 and no more');
  await importFrom(user, { name: 'backup.zip', mimeType: 'application/zip', buffer });
  const alert = settings(page).getByRole('alert');
  await expect(alert).toContainText('backup.zip is not whole: its end is missing. Nothing of it was imported');
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  await expect(alert).toHaveCount(0);
  await expect(rows(page)).toHaveCount(1);
  await importFrom(user, { name: 'backup.zip', mimeType: 'application/zip', buffer });
  await expect(alert).toBeVisible();
  // It was read there, and does not follow to the chats.
  await page.keyboard.press('Escape');
  await expect(settings(page)).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('clearing is followed by the other tabs, and by a start behind a kill in the middle', async ({ user, page }) => {
  await user.open(address);
  await user.ask('what is this?');
  const other = await user.inNewTab();
  await other.open(address);
  await expect(rows(other.page)).toHaveCount(1);
  await openSettings(other);
  await settings(other.page).getByRole('button', { name: 'Clear all data', exact: true }).click();
  await other.page.getByRole('dialog').getByRole('button', { name: 'Clear all data', exact: true }).click();
  await expect(rows(page)).toHaveCount(0);
  await expect(rows(other.page)).toHaveCount(0);
  await user.ask('and this?');
  await expect(rows(other.page)).toHaveText([/and this/]);
  await other.page.close();
  // As a page that was killed behind the press leaves it.
  await page.evaluate(() => localStorage.setItem('nexus-gen clearing', 'asked'));
  await user.reload();
  await expect(page.getByText('All data was cleared. What remains is below.')).toBeVisible();
  await expect(rows(page)).toHaveCount(0);
});

test('an archive that is dropped anywhere on the page comes in, beside pictures', async ({ user, page }) => {
  await user.open(address);
  const archive = await archiveOf(lines(chatLine('dropped'), turnLine('dropped', 'question', null, 'from elsewhere')));
  await user.drop({ name: 'chats.zip', bytes: new Uint8Array(await archive.arrayBuffer()) });
  await expect(page.getByText(/^One chat came in\.$/)).toBeVisible();
  await expect(user.alerts).toHaveCount(0);
  await rows(page).getByRole('button', { name: 'dropped', exact: true }).click();
  await expect(user.questions).toHaveText(['from elsewhere']);
});
