/** The gallery: every picture of all chats, found, marked, saved, deleted and gone back to, by pointer and by keyboard. */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { chinese } from '../helpers/page-names.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const address = '/?device=wasm';

test('pictures of all chats are found, marked, saved as one file, deleted with Undo, and gone back to', async ({
  user,
  page,
}) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.button('New chat').click();
  await user.ask('draw a blue boat');
  await user.button('Gallery').click();
  const gallery = page.getByRole('region', { name: 'Gallery', exact: true });
  const pictures = gallery.getByRole('list', { name: 'Pictures', exact: true }).getByRole('listitem');
  await expect(gallery).toBeFocused();
  await expect(pictures).toHaveText(['draw a blue boat', 'draw a red car']);
  await expect(gallery.getByText('2 pictures', { exact: true })).toBeVisible();

  const search = gallery.getByRole('searchbox', { name: 'Search pictures', exact: true });
  await search.fill('CAR');
  await expect(pictures).toHaveText(['draw a red car']);
  await search.fill('green');
  await expect(gallery.getByText('No picture has these words.', { exact: true })).toBeVisible();
  await search.fill('');

  const favourites = gallery.getByRole('button', { name: 'Favourites only', exact: true });
  await pictures.last().hover();
  const star = pictures.last().getByRole('button', { name: 'Favourite', exact: true });
  await star.click();
  await expect(star).toHaveAttribute('aria-pressed', 'true');
  await favourites.click();
  await expect(pictures).toHaveText(['draw a red car']);
  await favourites.click();

  await gallery.getByRole('button', { name: 'Select all', exact: true }).click();
  await expect(gallery.getByText('2 selected', { exact: true })).toBeVisible();
  const download = page.waitForEvent('download');
  await gallery.getByRole('button', { name: 'Save as zip', exact: true }).click();
  const zip = unzipSync(await readFile(await (await download).path()));
  expect(Object.keys(zip)).toHaveLength(2);
  for (const png of Object.values(zip)) expect(Buffer.from(png.slice(1, 4)).toString()).toBe('PNG');

  await gallery.getByRole('button', { name: 'Select none', exact: true }).click();
  await pictures.last().hover();
  await pictures.last().getByRole('button', { name: 'Delete picture', exact: true }).click();
  await expect(pictures).toHaveText(['draw a blue boat']);
  await expect(pictures.getByRole('button', { name: 'View Image: draw a blue boat', exact: true })).toBeFocused();
  await user.button('Undo').click();
  await expect(pictures).toHaveText(['draw a blue boat', 'draw a red car']);

  await pictures.last().hover();
  await pictures.last().getByRole('button', { name: 'Show in chat', exact: true }).click();
  await expect(gallery).toHaveCount(0);
  await expect(user.questions).toHaveText(['draw a red car']);
  await expect(user.pictures('draw a red car')).toBeInViewport();

  await user.reload();
  await user.button('Gallery').click();
  await expect(pictures).toHaveText(['draw a blue boat', 'draw a red car']);
  await favourites.click();
  await expect(pictures).toHaveText(['draw a red car']);
});

test('arrows, Space, Enter and Delete do it without a pointer; Back leaves what was opened last', async ({
  user,
  page,
}) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.ask('draw a blue boat');
  await user.button('Gallery').focus();
  await page.keyboard.press('Enter');
  const gallery = page.getByRole('region', { name: 'Gallery', exact: true });
  const view = (words: string) => gallery.getByRole('button', { name: `View Image: ${words}`, exact: true });
  const select = (words: string) => gallery.getByRole('checkbox', { name: `Select: ${words}`, exact: true });
  await expect(view('draw a red car')).toBeVisible();
  await view('draw a blue boat').focus();
  await page.keyboard.press('ArrowRight');
  await expect(view('draw a red car')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(view('draw a red car')).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect(select('draw a blue boat')).toBeChecked();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Space');
  await expect(gallery.getByText('2 selected', { exact: true })).toBeVisible();
  await page.keyboard.press('Space');
  await expect(select('draw a red car')).not.toBeChecked();

  const viewer = page.getByRole('dialog', { name: 'Image: draw a red car', exact: true });
  await page.keyboard.press('Enter');
  await expect(viewer.getByRole('img')).toBeVisible();
  await page.goBack();
  await expect(viewer).toHaveCount(0);
  await expect(view('draw a red car')).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(view('draw a red car')).toHaveCount(0);
  await expect(view('draw a blue boat')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(view('draw a red car')).toBeVisible();
  await page.goBack();
  await expect(gallery).toHaveCount(0);
  await expect(user.questions).toHaveCount(2);
  await expect(user.button('Gallery')).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(gallery).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(gallery).toHaveCount(0);
  await expect(user.button('Gallery')).toBeFocused();
});

test('Back closes settings and a recipe too, and leads no further than to the page', async ({ user, page }) => {
  await user.open(address);
  await user.ask('draw a red car');
  const settings = page.getByRole('region', { name: 'Settings', exact: true });
  const recipe = page.getByRole('dialog', { name: 'Recipe', exact: true });
  await user.button('Settings').click();
  await expect(settings).toBeVisible();
  await user.button('Recipe').click();
  await expect(recipe).toBeVisible();
  await page.goBack();
  await expect(recipe).toHaveCount(0);
  await expect(settings).toBeVisible();
  await page.goBack();
  await expect(settings).toHaveCount(0);
  await expect(user.questions).toHaveCount(1);
  // Closed by itself, it leaves nothing behind that Back would have to leave first.
  const opened = () => page.evaluate(() => history.state ?? 0);
  expect(await opened()).toBe(0);
  await user.button('Settings').click();
  await page.keyboard.press('Escape');
  await expect(settings).toHaveCount(0);
  await expect.poll(opened).toBe(0);
});

test('opened it moves nothing below the pointer; Undo and Redo stand where what they change is seen', async ({
  user,
  page,
}) => {
  await user.open(address);
  await user.ask('draw a red car');
  const gallery = page.getByRole('region', { name: 'Gallery', exact: true });
  const pictures = gallery.getByRole('listitem');
  await user.button('Gallery').dblclick();
  await expect(gallery).toBeVisible();
  await expect(user.button('Gallery')).toHaveAttribute('aria-current', 'true');
  await expect(page.getByText('Done', { exact: true })).toHaveCount(0);
  await pictures.first().hover();
  await pictures.first().getByRole('button', { name: 'Delete picture', exact: true }).click();
  await expect(pictures).toHaveCount(0);
  await user.button('Undo').click();
  await expect(pictures).toHaveCount(1);
  await expect(user.button('Redo')).toBeVisible();

  await user.button('New chat').click();
  await expect(gallery).toHaveCount(0);
  await expect(user.button('Gallery')).not.toHaveAttribute('aria-current');
  await expect(user.button('Redo')).toHaveCount(0);
  await user.button('Gallery').click();
  await expect(user.button('Redo')).toBeVisible();
  await page.goBack();
  // What is said after it was undone is not joined by what was undone.
  await user.ask('draw a blue boat');
  await page.keyboard.press('Control+y');
  await user.button('Gallery').click();
  await expect(pictures).toHaveCount(2);
  await expect(user.button('Redo')).toHaveCount(0);
});

test('the gallery is the same in Chinese', async ({ page }) => {
  const user = new User(page, chinese);
  await page.addInitScript(() => localStorage.setItem('nexus-gen look', 'zh auto'));
  await user.open(address);
  await user.ask('画一辆红色的汽车');
  await user.button('图库').click();
  const gallery = page.getByRole('region', { name: '图库', exact: true });
  const pictures = gallery.getByRole('list', { name: '图片', exact: true }).getByRole('listitem');
  await expect(pictures).toHaveText(['画一辆红色的汽车']);
  await pictures.hover();
  await pictures.getByRole('button', { name: '删除图片', exact: true }).click();
  await expect(gallery.getByText('您在所有对话中画的图片都会收集在这里。', { exact: true })).toBeVisible();
  await user.button('撤销').click();
  await expect(pictures).toHaveCount(1);
});
