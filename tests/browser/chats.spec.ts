/** The list of chats by keyboard: one place for Tab, however many chats there are. */
import { axeFindings } from '../helpers/axe.ts';
import { expect, test } from './test.ts';

test('Tab comes to one chat, arrows go to the others and along the buttons of one', async ({ user, page }) => {
  await user.open('/?device=wasm');
  for (const words of ['draw a red car', 'draw a blue boat', 'draw a house']) {
    await user.press('New chat');
    await user.ask(words);
  }
  const chats = page.getByRole('navigation', { name: 'Chats', exact: true });
  const chat = (words: string) => chats.getByRole('button', { name: words, exact: true });
  const rows = chats.getByRole('listitem');
  const button = (row: number, name: string) => rows.nth(row).getByRole('button', { name, exact: true });
  const press = (...keys: readonly string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

  // To the open one, whichever place it has.
  await chat('draw a blue boat').click();
  await chats.getByRole('searchbox').focus();
  await press('Tab');
  await expect(chat('draw a blue boat')).toBeFocused();
  expect(await axeFindings(page)).toEqual([]);
  await press('ArrowDown');
  await expect(chat('draw a red car')).toBeFocused();
  await press('ArrowDown');
  await expect(chat('draw a red car')).toBeFocused();
  await press('Home');
  await expect(chat('draw a house')).toBeFocused();
  await press('ArrowRight', 'ArrowRight');
  await expect(button(0, 'Rename chat')).toBeFocused();
  await press('End');
  await expect(button(2, 'Rename chat')).toBeFocused();
  await press('ArrowLeft', 'ArrowLeft');
  await expect(chat('draw a red car')).toBeFocused();

  // Its own buttons, and then what is behind the list.
  await press('Tab', 'Tab', 'Tab');
  await expect(button(2, 'Delete chat')).toBeFocused();
  await press('Tab');
  await expect(chats.locator(':focus')).toHaveCount(0);
  await press('Shift+Tab');
  await expect(button(1, 'Delete chat')).toBeFocused();
  await press('ArrowDown', 'Enter');
  await expect(rows).toHaveText(['draw a house', 'draw a blue boat']);
  await expect(chat('draw a blue boat')).toBeFocused();
  await press('ArrowUp', 'Enter');
  await expect(user.questions).toHaveText(['draw a house']);

  // Letters alone are shortcuts there.
  await press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts', exact: true });
  await expect(sheet.getByRole('heading', { name: 'In the list of chats', exact: true })).toBeVisible();
});
