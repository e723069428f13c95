/** Polish makes bare words fuller: looked over and changed before anything is drawn, kept or taken back, in both languages. */
import { chinese } from '../helpers/page-names.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

test('bare words are made fuller, and what is new is marked until it is kept or taken back', async ({ user }) => {
  await user.open('/?device=wasm');
  const button = user.button('Polish');
  const region = user.page.getByRole('region', { name: 'Polished words', exact: true });
  await expect(button).toBeDisabled();
  await expect(button).toHaveAttribute('title', /Write a few words first/);

  // By keyboard alone: from the message one key on.
  await user.type('a red car');
  await user.page.keyboard.press('Tab');
  await expect(button).toBeFocused();
  await user.page.keyboard.press('Enter');
  await expect(region.locator('ins').first()).toBeVisible();
  await expect(button).toBeFocused();
  const polished = await user.message.inputValue();
  expect(polished.length).toBeGreaterThan('a red car'.length);
  // Old and new words together are the one text and the other.
  const added = await region.locator('ins').allInnerTexts();
  for (const words of added) expect(polished).toContain(words.trim());
  const count = Number.parseInt((await region.getByText(/words were added/).textContent()) ?? '', 10);
  expect(count).toBeGreaterThan(1);
  await expect(user.answers).toHaveCount(0);

  // It is changed in the message, and the marks follow.
  await user.type(`${polished} Snow falls.`);
  await expect(region.locator('ins').last()).toContainText('Snow falls.');

  await user.button('Undo').click();
  await expect(user.message).toHaveValue('a red car');
  await expect(user.message).toBeFocused();
  await expect(region).toHaveCount(0);

  // Over a reload it is looked over still; kept, it is sent and drawn as any message.
  await button.click();
  await expect(region.locator('ins').first()).toBeVisible();
  const again = await user.message.inputValue();
  await user.reload();
  await expect(user.message).toHaveValue(again);
  await expect(region.locator('ins').first()).toBeVisible();
  await user.button('Keep').click();
  await expect(region).toHaveCount(0);
  await expect(user.message).toHaveValue(again);
  await user.send();
  await user.idle();
  await expect(user.questions.last()).toContainText(again);
});

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('it is the same; where a picture goes along it says why not', async ({ page }) => {
    const user = new User(page, chinese);
    await user.open('/?device=wasm');
    await user.type('一只红色的狗');
    await user.button('润色').click();
    const region = page.getByRole('region', { name: '润色后的文字', exact: true });
    await expect(region.locator('ins').first()).toBeVisible();
    await expect(region).toContainText(/增加了 \d+ 个词/);
    await user.button('撤销').click();
    await expect(user.message).toHaveValue('一只红色的狗');
    await user.drop(await photo('dog.png', red, blue));
    await expect(user.button('润色')).toBeDisabled();
    await expect(user.button('润色')).toHaveAttribute('title', /不带图片/);
  });
});
