/** The page by keyboard alone, and in Chinese. */
import { chinese } from '../helpers/page-names.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

test('is used by keyboard alone', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await expect(user.message).toBeFocused();
  await page.keyboard.type('draw a red car');
  await page.keyboard.press('Enter');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await user.idle();

  await tabTo('Recipe');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Recipe' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(user.button('Recipe')).toBeFocused();

  await tabTo('Edit this');
  await page.keyboard.press('Enter');
  await expect(user.message).toBeFocused();
  await page.keyboard.type('make it night');
  await page.keyboard.press('Enter');
  await expect(user.pictures('make it night')).toHaveAttribute('data-state', 'done');

  await tabTo('Settings');
  await page.keyboard.press('Enter');
  await expect(user.settings).toBeVisible();
  await user.number('Steps').focus();
  await page.keyboard.press('ArrowUp');
  await expect(user.number('Steps')).toHaveValue('5');

  /** Walks on until the element of this name has the focus; whoever gets lost has walked past everything. */
  async function tabTo(name: string): Promise<void> {
    const wanted = user.button(name).last();
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Shift+Tab');
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`${name} cannot be reached by Tab`);
  }
});

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('speaks Chinese, to the failures', async ({ page }) => {
    const user = new User(page, chinese);
    await user.open('/?device=wasm');
    await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
    const prompt = '画一辆红色的汽车在海滩上的树旁边';
    await user.ask(prompt);
    await expect(user.pictures(prompt)).toHaveAttribute('data-state', 'done');
    await expect(user.questions).toHaveText([prompt]);
    for (const name of [chinese.editThis, chinese.save, chinese.copy, chinese.variations, chinese.recipe]) {
      await expect(user.button(name)).toBeVisible();
    }
    await user.drop({ name: '笔记.png', bytes: new TextEncoder().encode('不是图片') });
    await expect(user.alerts).toContainText('笔记.png');
    await expect(user.alerts).not.toContainText(/[a-z]{4,}/);
    await user.press(chinese.recipe);
    await expect(page.getByRole('dialog', { name: chinese.recipe })).toContainText(prompt);
  });
});
