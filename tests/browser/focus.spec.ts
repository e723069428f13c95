/** Where the focus is when the page comes and after what is pressed, and the links past what stands before the message. */
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const address = '/?device=wasm';

test('the first links of the page lead to the message and to the conversation', async ({ user, page }) => {
  await user.open(address);
  await user.ask('what is this?');
  await user.reload();
  await expect(user.questions).toHaveText(['what is this?']);
  const [toMessage, toConversation] = ['message', 'conversation'].map((where) =>
    page.getByRole('link', { name: `Skip to the ${where}`, exact: true }),
  );
  if (toMessage === undefined || toConversation === undefined) throw new Error('two links');
  // From the page's top on; a click there takes the focus from the message.
  await page.getByRole('heading', { name: 'Nexus-Gen' }).click();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(toMessage).toBeFocused();
  await expect(toMessage).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Tab');
  await expect(toConversation).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(user.log).toBeFocused();
  // What can be pressed in it comes next.
  await page.keyboard.press('Tab');
  expect(await user.log.evaluate((log) => log !== document.activeElement && log.contains(document.activeElement))).toBe(
    true,
  );
  await toMessage.focus();
  await page.keyboard.press('Enter');
  await expect(user.message).toBeFocused();
  expect(new URL(page.url()).hash).toBe('');
});

test('with a mouse the next words can be typed at once: as the page comes, after a reload, after New chat', async ({
  user,
  page,
}) => {
  await user.open(address);
  await expect(user.message).toBeFocused();
  await user.ask('what is this?');
  await user.reload();
  await expect(user.questions).toHaveText(['what is this?']);
  await expect(user.message).toBeFocused();
  await user.button('New chat').click();
  await expect(user.message).toBeFocused();
  await page.keyboard.type('a word');
  await expect(user.message).toHaveValue('a word');
});

test('where fingers press, the keyboard comes up only for what is pressed in order to write', async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const user = new User(page);
  await user.open(address);
  await expect(user.message).not.toBeFocused();
  await page.getByRole('button', { name: 'draw a red car next to a tree on the beach' }).tap();
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await user.idle();
  await expect(user.message).not.toBeFocused();
  await user.button('Edit this').tap();
  await expect(user.message).toBeFocused();
  await user.button('Remove The picture to change').tap();
  await user.message.blur();
  await user.button('New chat').tap();
  await expect(user.questions).toHaveCount(0);
  await expect(user.message).not.toBeFocused();
  // A keyboard at the same screen has its cursor back.
  await user.type('a word');
  await user.button('New chat').focus();
  await page.keyboard.press('Enter');
  await expect(user.message).toBeFocused();
  // A mouse beside it, too.
  await user.message.blur();
  await user.button('New chat').click();
  await expect(user.message).toBeFocused();
  await context.close();
});
