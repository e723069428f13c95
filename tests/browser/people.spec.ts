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

for (const { width, closing } of [
  { width: 1280, closing: 'Escape' },
  { width: 390, closing: 'Escape' },
  { width: 1280, closing: 'Close settings' },
] as const) {
  test(`settings take the focus along at ${width} pixels and give it back (${closing})`, async ({ user, page }) => {
    await page.setViewportSize({ width, height: 844 });
    await user.open('/?device=wasm');
    await user.button('Settings').focus();
    await page.keyboard.press('Enter');
    await expect(user.settings).toBeFocused();
    // The next Tab is at the first thing that can be set or pressed there.
    await page.keyboard.press('Tab');
    await expect(user.button('Close settings')).toBeFocused();
    await page.keyboard.press(closing === 'Escape' ? 'Escape' : 'Enter');
    await expect(user.settings).toBeHidden();
    await expect(user.button('Settings')).toBeFocused();
  });
}

test('Escape in settings closes them and leaves what is being drawn; words in the message keep the focus', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill('300');
  await user.say('draw a red car');
  await expect(user.progress).toBeVisible();
  await user.number('Guidance').focus();
  await page.keyboard.press('Escape');
  await expect(user.settings).toBeHidden();
  await expect(user.stopButton).toBeVisible();
  await user.button('Settings').click();
  await user.type('a word');
  await user.button('Close settings').click();
  await user.message.focus();
  await page.keyboard.press('Escape');
  await user.idle();
  await expect(user.message).toBeFocused();
});

test('chats on a phone take the focus along and give it back', async ({ user, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await user.open('/?device=wasm');
  await user.ask('what is this?');
  await user.button('Show chats').focus();
  await page.keyboard.press('Enter');
  const chats = page.getByRole('navigation', { name: 'Chats' });
  await expect(chats).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(chats).toBeHidden();
  await expect(user.button('Show chats')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(chats.getByRole('button', { name: 'what is this?' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(user.questions).toHaveText(['what is this?']);
});

test('leaves an input method its keys, also where the browser no longer calls it composing', async ({ user }) => {
  await user.open('/?device=wasm');
  await user.type('画一辆红色的汽车');
  const pressFor = (key: string, keyCode: number) =>
    user.message.evaluate(
      (element, init) =>
        element.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true })),
      { key, keyCode },
    );
  await pressFor('Enter', 229);
  await expect(user.message).toHaveValue('画一辆红色的汽车');
  await expect(user.questions).toHaveCount(0);
  await pressFor('Enter', 13);
  await expect(user.questions).toHaveCount(1);
  await pressFor('Escape', 229);
  await user.idle();
  await expect(user.picture).toHaveAttribute('data-state', 'done');
});

test('words take their direction from themselves', async ({ user, page }) => {
  await user.open('/?device=wasm');
  const arabic = 'ارسم سيارة حمراء';
  await user.type(arabic);
  await expect(user.message).toHaveCSS('direction', 'rtl');
  await user.ask(arabic);
  await user.ask('draw a red car');
  const [first, second] = [user.questions.nth(0), user.questions.nth(1)].map((turn) => turn.locator('.words'));
  await expect(first ?? page.locator('none')).toHaveCSS('direction', 'rtl');
  await expect(second ?? page.locator('none')).toHaveCSS('direction', 'ltr');
  await expect(page.getByRole('button', { name: arabic, exact: true })).toHaveCSS('direction', 'rtl');
});

test('a turn that cannot be shown says so in its place; the rest stays, and it can be tried again', async ({
  browser,
}) => {
  const page = await browser.newPage();
  const user = new User(page);
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  // Stands for a fault of the page: showing the model's words throws, reading them does not.
  await page.evaluate(() => {
    const own = String.prototype.replaceAll;
    Reflect.set(globalThis, 'mend', () => {
      String.prototype.replaceAll = own;
    });
    String.prototype.replaceAll = function replaceAll(this: string, ...values: unknown[]) {
      if (values[0] === '<image>') throw new Error('broken on purpose');
      return Reflect.apply(own, this, values);
    } as typeof own;
  });
  await page.getByRole('button', { name: 'New chat', exact: true }).click();
  await page.getByRole('navigation', { name: 'Chats' }).getByRole('button', { name: 'draw a red car' }).click();
  await expect(user.log.getByRole('alert')).toContainText('broken on purpose');
  await expect(user.questions).toHaveText(['draw a red car']);
  await expect(user.message).toBeVisible();
  await page.evaluate(() => Reflect.get(globalThis, 'mend')());
  await user.log.getByRole('button', { name: 'Try again' }).click();
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await page.close();
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
