/** Versions of messages and answers, by pointer and by keyboard. */
import { expect, test } from './test.ts';

const address = '/?device=wasm';

test('an answer is made anew and a message put in other words, and every version can be gone back to', async ({
  user,
}) => {
  await user.open(address);
  await user.ask('draw a red car');
  const first = await user.pixels();
  await user.press('Regenerate');
  await expect(user.stopButton).toBeVisible();
  await user.idle();
  await expect(user.lastAnswer).toContainText('2 of 2');
  expect(await user.pixels()).not.toBe(first);
  await user.press('Previous version');
  await expect(user.lastAnswer).toContainText('1 of 2');
  await expect.poll(() => user.pixels()).toBe(first);

  await user.press('Edit message');
  const editor = user.page.getByRole('textbox', { name: 'Edited message', exact: true });
  await expect(editor).toBeFocused();
  await editor.fill('never mind');
  await user.page.keyboard.press('Escape');
  await expect(editor).toHaveCount(0);
  await expect(user.questions).toHaveCount(1);
  await expect(user.button('Edit message')).toBeFocused();
  await user.page.keyboard.press('Enter');
  await editor.fill('draw a blue boat');
  await user.page.keyboard.press('Enter');
  await user.idle();
  await expect(user.pictures('draw a blue boat')).toHaveAttribute('data-state', 'done');
  await expect(user.questions).toContainText(['2 of 2']);

  await user.reload();
  await expect(user.pictures('draw a blue boat')).toHaveAttribute('data-state', 'done');
  await user.button('Previous version').focus();
  await user.page.keyboard.press('Enter');
  // The focus stays, so that the way back is one key.
  await expect(user.questions).toContainText(['1 of 2']);
  await expect(user.pictures('draw a red car')).toHaveAttribute('data-state', 'done');
  await expect.poll(() => user.pixels()).toBe(first);
  await expect(user.questions.getByRole('button', { name: 'Previous version', exact: true })).toBeFocused();
});
