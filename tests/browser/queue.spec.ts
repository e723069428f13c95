/** What waits is seen, and one by one cancelled, put elsewhere, held up: by pointer and by keyboard. */
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

/** A picture that is drawn until it is stopped, and behind it what waits. */
async function wait(user: User, ...prompts: readonly string[]): Promise<void> {
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill('1000');
  await user.say('draw a slow car');
  await expect(user.status).toContainText('Drawing step');
  await user.number('Steps').fill('1');
  for (const prompt of prompts) await user.say(prompt);
}

const queueOf = (user: User) => user.page.getByRole('region', { name: 'Queue', exact: true });
const rowsOf = (user: User) => queueOf(user).getByRole('listitem');

test('one that waits is cancelled alone; its words come back or stay', async ({ user }) => {
  await wait(user, 'draw a tree', 'draw a house', 'draw a boat');
  const rows = rowsOf(user);
  await expect(rows).toHaveText([/Now.*draw a slow car/, /draw a tree/, /draw a house/, /draw a boat/]);
  await expect(queueOf(user)).toContainText('3 waiting');
  const cancel = (row: number) => rows.nth(row).getByRole('button', { name: 'Cancel', exact: true });
  await cancel(1).click();
  await expect(rows).toHaveText([/draw a slow car/, /draw a house/, /draw a boat/]);
  await expect(user.message).toHaveValue('draw a tree');
  await expect(user.questions).toHaveText([/slow car/, /house/, /boat/]);
  // The next one has the focus; the words in the message are not overwritten.
  await expect(cancel(1)).toBeFocused();
  await user.page.keyboard.press('Enter');
  await expect(rows).toHaveText([/draw a slow car/, /draw a boat/]);
  await expect(user.message).toHaveValue('draw a tree');
  await expect(user.questions).toHaveText([/slow car/, /house/, /boat/]);
  await expect(user.page.getByText('it stays in the conversation', { exact: false })).toBeVisible();
  await rows.first().getByRole('button', { name: 'Stop this one', exact: true }).click();
  await user.idle();
  await expect(queueOf(user)).toHaveCount(0);
  await expect(user.pictures('draw a slow car')).toHaveAttribute('data-state', 'stopped');
  await expect(user.pictures('draw a house')).toHaveCount(0);
  await expect(user.pictures('draw a boat')).toHaveAttribute('data-state', 'done');
});

test('what waits is put elsewhere by keyboard, held up and gone on with, in the order that is seen', async ({
  user,
}) => {
  await wait(user, 'draw a tree', 'draw a house');
  const rows = rowsOf(user);
  const button = (row: number, name: string) => rows.nth(row).getByRole('button', { name, exact: true });
  await button(2, 'Move up').focus();
  await user.page.keyboard.press('Enter');
  await expect(rows).toHaveText([/slow car/, /house/, /tree/]);
  await expect(user.questions).toHaveText([/slow car/, /house/, /tree/]);
  await expect(button(1, 'Move up')).toBeFocused();
  await expect(button(1, 'Move up')).toHaveAttribute('aria-disabled', 'true');
  await expect(queueOf(user).getByText('Now 2 of 3', { exact: true })).toHaveCount(1);
  await queueOf(user).getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(queueOf(user)).toContainText('Paused, 2 waiting');
  await button(0, 'Stop this one').click();
  await expect(user.status).toHaveText('Paused');
  await expect(rows).toHaveText([/house/, /tree/]);
  await user.say('draw a boat');
  await expect(rows).toHaveText([/house/, /tree/, /boat/]);
  await queueOf(user).getByRole('button', { name: 'Go on', exact: true }).click();
  await user.idle();
  for (const thing of ['house', 'tree', 'boat'])
    await expect(user.pictures(`draw a ${thing}`)).toHaveAttribute('data-state', 'done');
  await user.reload();
  await expect(user.questions).toHaveText([/slow car/, /house/, /tree/, /boat/]);
  await expect(user.answers.nth(1).getByRole('img', { name: 'Image: draw a house', exact: true })).toBeVisible();
});
