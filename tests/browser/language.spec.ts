/** The page's language: its words come when they are first read, and changing it needs no reload. */
import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

test.use({ expectedErrors: /chinese-|Failed to load resource/ });

const address = '/?device=wasm';

test('the other language comes when it is chosen, without a reload, and is there from the beginning then', async ({
  user,
  page,
}) => {
  const asked = wordsAsked(page);
  await user.open(address);
  await user.type('half a message');
  expect(asked).toEqual(['english']);
  await user.button('Settings').click();
  await page.getByRole('combobox', { name: 'Language', exact: true }).focus();
  await user.choose('Language', '中文');
  const chinese = page.getByRole('textbox', { name: '消息', exact: true });
  await expect(chinese).toHaveValue('half a message');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(page.getByRole('combobox', { name: '语言', exact: true })).toBeFocused();
  expect(asked).toEqual(['english', 'chinese']);

  asked.length = 0;
  await page.reload();
  await expect(chinese).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  expect(asked).toEqual(['chinese']);
});

test('the language and the theme are what Settings begins with, on a small screen too', async ({ user, page }) => {
  await page.setViewportSize({ width: 320, height: 480 });
  await user.open(address);
  await user.openSettings();
  const language = page.getByRole('combobox', { name: 'Language', exact: true });
  const theme = page.getByRole('combobox', { name: 'Theme', exact: true });
  await expect(language).toBeInViewport({ ratio: 1 });
  await expect(theme).toBeInViewport({ ratio: 1 });
  await user.settings.getByRole('button', { name: 'Close settings', exact: true }).focus();
  await page.keyboard.press('Tab');
  await expect(language).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(theme).toBeFocused();
  await user.choose('Theme', 'Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('where its words do not come, that is told and the page stays as it is', async ({ user, page }) => {
  await user.open(address);
  await user.ask('draw a red car');
  await page.route('**/chinese-*.js', (route) => route.abort());
  await user.button('Settings').click();
  await user.choose('Language', '中文');
  await expect(user.alerts).toContainText('could not be loaded');
  await expect(page.getByRole('combobox', { name: 'Language', exact: true })).toHaveValue('en');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(user.pictures('draw a red car')).toHaveAttribute('data-state', 'done');
  await page.unroute('**/chinese-*.js');
  await user.reload();
  await expect(user.alerts).toHaveCount(0);
});

test('a tab follows the language that is chosen in another', async ({ user }) => {
  await user.open(address);
  const tab = await user.inNewTab();
  await tab.open(address);
  await tab.button('Settings').click();
  await tab.choose('Language', '中文');
  await expect(user.page.getByRole('textbox', { name: '消息', exact: true })).toBeVisible();
});

/** Which languages' words the page asks for, as it does. */
function wordsAsked(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const [, language] = /\/(english|chinese)-[^/]*\.js$/.exec(request.url()) ?? [];
    if (language !== undefined) asked.push(language);
  });
  return asked;
}
