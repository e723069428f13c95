/** All that can be done, by its name or its key; the page's looks; a notice at the end of long work. */
import { expect, test } from './test.ts';

const address = '/?device=wasm';

test('what can be done is found by its name and done by Enter; chats by their titles', async ({ user, page }) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.message.fill('kept words');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Commands', exact: true });
  const search = palette.getByRole('combobox', { name: 'What do you want to do?', exact: true });
  const options = palette.getByRole('option');
  await expect(search).toBeFocused();
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await search.fill('nothing like this');
  await expect(palette.getByText('Nothing here has this name.', { exact: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(search).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
  await expect(user.message).toBeFocused();
  await expect(user.message).toHaveValue('kept words');

  await page.keyboard.press('Control+k');
  await search.fill('new chat');
  await page.keyboard.press('Enter');
  await expect(user.questions).toHaveCount(0);
  await expect(user.message).toBeFocused();
  await page.keyboard.press('Control+k');
  await search.fill('red car');
  await expect(options).toHaveText(['Open chat: draw a red car']);
  await options.first().click();
  await expect(user.questions).toHaveText(['draw a red car']);
  // By what it is called on its button, or by another word for it.
  await page.keyboard.press('Control+k');
  await search.fill('variat');
  await expect(options).toHaveText(['Variations of the last picture']);
  await search.fill('another picture');
  await expect(options).toHaveText(['Variations of the last picture']);
  await search.fill('download');
  await expect(options.first()).toContainText('Save the last picture');
  await search.fill('view last');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Image: draw a red car', exact: true })).toBeVisible();
  await page.goBack();
  await page.keyboard.press('Control+k');
  await expect(search).toBeFocused();
  await page.goBack();
  await expect(palette).toHaveCount(0);
});

test('letters are shortcuts where nothing is written, and can be switched off; what is typed stays text', async ({
  user,
  page,
}) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.message.fill('');
  await user.message.pressSequentially('gs?/');
  await expect(user.message).toHaveValue('gs?/');
  await expect(page.getByRole('region', { name: /Gallery|Settings/ })).toHaveCount(0);
  await user.message.fill('');
  // Escape leaves the message, and what is open closes alone.
  await user.openSettings();
  await user.message.focus();
  await page.keyboard.press('Escape');
  await expect(user.settings).toHaveCount(0);
  await expect(user.message).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(user.log).toBeFocused();
  await page.keyboard.press('g');
  await expect(page.getByRole('region', { name: 'Gallery', exact: true })).toBeVisible();
  await page.keyboard.press('/');
  await expect(user.message).toBeFocused();
  await user.log.focus();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts', exact: true });
  await expect(sheet.getByRole('term').filter({ hasText: 'New chat' })).toBeVisible();
  const letters = sheet.getByRole('checkbox', {
    name: 'Letters alone are shortcuts where nothing is being written',
    exact: true,
  });
  await letters.uncheck();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(user.log).toBeFocused();
  await page.keyboard.press('g');
  await page.keyboard.press('?');
  await expect(sheet).toHaveCount(0);
  await user.reload();
  await user.log.focus();
  await page.keyboard.press('g');
  await expect(page.getByRole('region', { name: 'Gallery', exact: true })).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Commands', exact: true })).toBeVisible();
});

test('high contrast and little motion are chosen, and are so after a reload', async ({ user, page }) => {
  await user.open(address);
  await user.button('Settings').click();
  await user.choose('Theme', 'High contrast');
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-theme', 'contrast');
  const colours = () =>
    page.locator('body').evaluate((body) => [getComputedStyle(body).color, getComputedStyle(body).backgroundColor]);
  expect(await colours()).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await colours()).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  await page.getByRole('checkbox', { name: 'Reduce motion', exact: true }).check();
  await user.reload();
  await expect(root).toHaveAttribute('data-theme', 'contrast');
  await expect(root).toHaveAttribute('data-motion', 'less');
  const transition = await user.sendButton.evaluate((button) => getComputedStyle(button).transitionProperty);
  expect(transition).toBe('none');
});

test('a notice of the end is asked for when it is switched on, and never before', async ({ user, page, context }) => {
  await page.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    Notification.requestPermission = async () => {
      asked.push('permission');
      return 'granted';
    };
  });
  await context.grantPermissions(['notifications']);
  await user.open(address);
  await user.ask('draw a red car');
  const asked = () => page.evaluate(() => (window as unknown as { asked: string[] }).asked);
  expect(await asked()).toEqual([]);
  await user.button('Settings').click();
  const notice = page.getByRole('checkbox', { name: 'Tell me when long work ends', exact: true });
  await expect(notice).not.toBeChecked();
  await notice.click();
  await expect(notice).toBeChecked();
  expect(await asked()).toEqual(['permission']);
});
