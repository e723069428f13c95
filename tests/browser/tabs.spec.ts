/** What tabs share besides chats, and what each keeps for itself. */
import { expect, test } from './test.ts';

const address = '/?device=wasm';

test('a setting that is changed in one tab is seen in the other, and what both change is kept of both', async ({
  user,
}) => {
  await user.open(address);
  const other = await user.inNewTab();
  await other.open(address);
  for (const tab of [user, other]) {
    await tab.openSettings();
    // The model says what its fields begin with.
    await expect(tab.number('Guidance')).not.toHaveValue('');
  }
  await user.number('Steps').fill('3');
  await expect(other.number('Steps')).toHaveValue('3');
  await Promise.all([user.number('Guidance').fill('2.5'), other.field('Seed').fill('7'), other.choose('Task', 'Draw')]);
  for (const tab of [user, other]) await expect(tab.number('Guidance')).toHaveValue('2.5');
  await expect(user.field('Seed')).toHaveValue('');
  await other.choose('Theme', 'Dark');
  await expect(user.page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await other.page.close();
  await user.reload();
  await user.openSettings();
  await expect(user.number('Steps')).toHaveValue('3');
  await expect(user.number('Guidance')).toHaveValue('2.5');
  await expect(user.page.getByRole('combobox', { name: 'Task', exact: true })).toHaveValue('draw');
  await expect(user.page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('each tab comes back to its own chat, a new tab to the one that was last opened anywhere', async ({ user }) => {
  await user.open(address);
  await user.ask('in one');
  const other = await user.inNewTab();
  await other.open(address);
  await expect(other.questions).toHaveText(['in one']);
  await other.button('New chat').click();
  await other.ask('in the other');
  await user.reload();
  await expect(user.questions).toHaveText(['in one']);
  await other.reload();
  await expect(other.questions).toHaveText(['in the other']);
  const third = await user.inNewTab();
  await third.open(address);
  await expect(third.questions).toHaveText(['in the other']);
});
