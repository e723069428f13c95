/** Several pictures of a message are put in another order: by mouse, by finger, by keys. The model sees them in it. */
import { createHash } from 'node:crypto';
import type { Locator } from '@playwright/test';
import { axeFindings } from '../helpers/axe.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const names = ['first.png', 'second.png', 'third.png'] as const;

async function bring(user: User) {
  const files = await Promise.all([photo(names[0], red, blue), photo(names[1], blue, red), photo(names[2], red, red)]);
  await user.open('/?device=wasm');
  await user.addImage(...files);
  await expectOrder(user, ...names);
  return files;
}

const attached = (user: User) =>
  user.page.getByRole('list', { name: 'Attached pictures', exact: true }).getByRole('img', { name: /^Picture: / });

async function expectOrder(user: User, ...order: readonly string[]): Promise<void> {
  await expect
    .poll(() => attached(user).evaluateAll((images) => images.map((image) => image.getAttribute('alt'))))
    .toEqual(order.map((name) => `Picture: ${name}`));
}

const picture = (user: User, name: string) =>
  attached(user).and(user.page.getByAltText(`Picture: ${name}`, { exact: true }));

async function middleOf(shown: Locator) {
  const box = await shown.boundingBox();
  if (box === null) throw new Error('not shown');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const row = (user: User, name: string) =>
  user.page
    .getByRole('listitem')
    .filter({ has: user.page.getByRole('img', { name: `Picture: ${name}`, exact: true }) });
const told = (user: User, sentence: string) => user.page.getByText(sentence, { exact: true });

test('by mouse: they stand, are sent and are seen by the model in the order that a person gives them', async ({
  user,
  page,
}) => {
  const [first, second, third] = await bring(user);
  const [from, to] = [await middleOf(picture(user, 'third.png')), await middleOf(picture(user, 'first.png'))];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, from.y + 10);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
  await expectOrder(user, 'third.png', 'first.png', 'second.png');
  await expect(told(user, 'Now 1 of 3')).toHaveCount(1);

  // Escape puts back what is being dragged, and nothing else.
  const second1 = await middleOf(picture(user, 'second.png'));
  await page.mouse.move(second1.x, second1.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await expectOrder(user, 'second.png', 'third.png', 'first.png');
  await page.keyboard.press('Escape');
  await expectOrder(user, 'third.png', 'first.png', 'second.png');
  await page.mouse.up();
  await expectOrder(user, 'third.png', 'first.png', 'second.png');

  await user.reload();
  await expectOrder(user, 'third.png', 'first.png', 'second.png');
  await user.ask('make it night');
  const sent = user.questions.last().getByRole('img');
  await expect(sent).toHaveCount(3);
  const { recipe } = await readSaved((await user.save()).bytes);
  const hashes = [third, first, second].map((file) =>
    createHash('sha256')
      .update(file?.bytes ?? '')
      .digest('hex'),
  );
  const [asked] = recipe.messages;
  expect(asked?.from === 'person' && asked.images).toEqual(hashes);
});

test('by keyboard, with the words of the queue; what is pressed keeps the focus', async ({ user, page }) => {
  await bring(user);
  const button = (name: string, what: string) => row(user, name).getByRole('button', { name: what, exact: true });
  await expect(button('first.png', 'Move up')).toHaveAttribute('aria-disabled', 'true');
  await expect(button('third.png', 'Move up')).toHaveAccessibleDescription('Picture 3: third.png');
  await button('third.png', 'Move up').focus();
  await page.keyboard.press('Enter');
  await expectOrder(user, 'first.png', 'third.png', 'second.png');
  await expect(button('third.png', 'Move up')).toBeFocused();
  await expect(told(user, 'Now 2 of 3')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expectOrder(user, 'third.png', 'first.png', 'second.png');
  await page.keyboard.press('Enter');
  await expectOrder(user, 'third.png', 'first.png', 'second.png');
  await button('third.png', 'Move down').press('Enter');
  await expectOrder(user, 'first.png', 'third.png', 'second.png');
  expect(await axeFindings(page)).toEqual([]);
  // One alone has no order.
  for (const name of ['first.png', 'third.png']) await user.button(`Remove ${name}`).click();
  await expectOrder(user, 'second.png');
  await expect(user.button('Move up')).toHaveCount(0);
});

test.describe('on a narrow phone', () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });

  test('by finger', async ({ user, page }) => {
    await bring(user);
    await row(user, 'third.png').getByRole('button', { name: 'Move up', exact: true }).tap();
    await expectOrder(user, 'first.png', 'third.png', 'second.png');
    const [from, to] = [await middleOf(picture(user, 'first.png')), await middleOf(picture(user, 'third.png'))];
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly { x: number; y: number }[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: [...points] });
    await touch('touchStart', [from]);
    for (const share of [0.25, 0.5, 0.75, 1])
      await touch('touchMove', [{ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }]);
    await touch('touchEnd', []);
    await expectOrder(user, 'third.png', 'first.png', 'second.png');
    expect(await axeFindings(page)).toEqual([]);
  });
});
