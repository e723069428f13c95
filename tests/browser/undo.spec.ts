/** Delete, rename and search, and taking them back: by pointer and by keyboard. */
import { expect, test } from './test.ts';

const address = '/?device=wasm';

test('what is deleted goes at once and comes back by a key or a button; the focus is never lost', async ({ user }) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.ask('draw a blue boat');
  const shown = user.questions;
  await shown.last().getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(shown).toHaveCount(1);
  await expect(user.message).toBeFocused();
  await expect(user.page.getByText('Deleted, with all that followed', { exact: true })).toBeVisible();
  // One status, about what works.
  await expect(user.status).toHaveCount(1);
  await user.page.keyboard.press('Control+z');
  await expect(shown).toHaveCount(2);
  await expect(user.pictures('draw a blue boat')).toHaveAttribute('data-state', 'done');
  await user.page.keyboard.press('Control+Shift+z');
  await expect(shown).toHaveCount(1);
  await user.button('Undo').focus();
  await user.page.keyboard.press('Enter');
  await expect(shown).toHaveCount(2);
  await expect(user.button('Undo')).toBeFocused();
  // What goes with nothing behind it says so.
  await user.lastAnswer.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(user.page.getByText('Deleted', { exact: true })).toBeVisible();
  await user.button('Undo').click();
  await expect(user.pictures('draw a blue boat')).toHaveAttribute('data-state', 'done');
  await user.button('Gallery').click();
  await expect(user.page.getByText('Undone', { exact: true })).toHaveCount(0);
  await user.reload();
  await expect(shown).toHaveCount(2);
});

test('a message is taken back by a key with its picture, changed or not, and Redo draws nothing anew', async ({
  user,
}) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.ask('make it night');
  const { keyboard } = user.page;
  const shown = user.questions;
  await user.message.focus();
  await keyboard.press('Control+z');
  await expect(shown).toHaveText(['draw a red car']);
  await expect(user.message).toHaveValue('make it night');
  await expect(user.page.getByText('Undone', { exact: true })).toBeVisible();
  // Words that lie there untouched are no text that was typed.
  await keyboard.press('Control+z');
  await expect(shown).toHaveCount(0);
  await expect(user.message).toHaveValue('draw a red car');
  await keyboard.press('Control+Shift+z');
  await keyboard.press('Control+Shift+z');
  await expect(shown).toHaveText(['draw a red car', 'make it night']);
  await expect(user.message).toHaveValue('');
  await expect(user.pictures('make it night')).toHaveAttribute('data-state', 'done');
  await expect(user.stopButton).toHaveCount(0);
  await keyboard.press('Control+z');
  await expect(user.message).toHaveValue('make it night');
  await keyboard.type(' and add a dog');
  await keyboard.press('Control+z');
  await expect(shown).toHaveCount(1);
  await user.button('Redo').click();
  await expect(shown).toHaveCount(2);
});

test('a chat is renamed in its place, found by its words, and deleted with Undo', async ({ user }) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.button('New chat').click();
  await user.ask('draw a blue boat');
  const chats = user.page.getByRole('navigation', { name: 'Chats', exact: true });
  const rows = chats.getByRole('listitem');
  await rows.first().hover();
  await rows.first().getByRole('button', { name: 'Rename chat', exact: true }).click();
  const title = chats.getByRole('textbox', { name: 'Title of the chat', exact: true });
  await expect(title).toBeFocused();
  await title.fill('never mind');
  await user.page.keyboard.press('Escape');
  await expect(rows.first()).toContainText('draw a blue boat');
  await user.page.keyboard.press('Enter');
  await title.fill('At sea');
  await user.page.keyboard.press('Enter');
  await expect(rows.first()).toContainText('At sea');
  await expect(chats.getByRole('button', { name: 'Rename chat', exact: true }).first()).toBeFocused();

  const search = chats.getByRole('searchbox', { name: 'Search chats', exact: true });
  await search.fill('boat');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(['At sea']);
  await search.fill('');
  await rows.first().hover();
  await rows.first().getByRole('button', { name: 'Delete chat', exact: true }).click();
  await expect(rows).toHaveCount(1);
  await expect(user.questions).toHaveCount(0);
  await expect(rows.first().getByRole('button').first()).toBeFocused();
  await user.button('Undo').click();
  await expect(rows).toHaveCount(2);
  await expect(user.questions).toHaveCount(1);
  await expect(chats.getByRole('button', { name: 'At sea' })).toHaveAttribute('aria-current', 'page');
});

test('a chat is pinned by pointer and by keyboard, before newer ones, and is so after a reload', async ({ user }) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.button('New chat').click();
  await user.ask('draw a blue boat');
  const rows = user.page.getByRole('navigation', { name: 'Chats', exact: true }).getByRole('listitem');
  const pin = (row: number) => rows.nth(row).getByRole('button', { name: 'Pin chat', exact: true });
  await expect(rows).toHaveText([/blue boat/, /red car/]);
  await rows.last().hover();
  await pin(1).click();
  await expect(rows).toHaveText([/red car.*Pinned/, /blue boat/]);
  await expect(pin(0)).toBeFocused();
  await expect(pin(0)).toHaveAttribute('aria-pressed', 'true');
  await user.reload();
  await expect(rows).toHaveText([/red car.*Pinned/, /blue boat/]);
  await pin(0).focus();
  await user.page.keyboard.press('Enter');
  await expect(rows).toHaveText([/blue boat/, /red car/]);
  await expect(pin(1)).toBeFocused();
});
