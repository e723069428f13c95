/** A chat of many turns: what of it is held, and what of it is rendered when something is said. */
import { fullStore, longTitle } from '../../tools/bench/full-store.ts';
import { replies } from '../helpers/drawing-checkpoint.ts';
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const pictures = 60;

async function openLongChat(user: User): Promise<void> {
  await user.open('/?device=wasm');
  await user.openSettings();
  const chooser = user.page.waitForEvent('filechooser');
  await user.button('Import').click();
  const buffer = await fullStore(pictures);
  await (await chooser).setFiles({ name: 'long.zip', mimeType: 'application/zip', buffer });
  const chats = user.page.getByRole('navigation', { name: 'Chats', exact: true });
  await chats.getByRole('button', { name: longTitle }).first().click();
  await expect(user.log.getByRole('article')).toHaveCount(2 * pictures);
}

test('every turn can be found and read; a picture far from the screen holds no pixels, and comes back', async ({
  user,
  page,
}) => {
  await openLongChat(user);
  const last = user.answers.last().getByRole('img');
  await expect(last).toHaveAttribute('data-state', 'done');
  await expect(last).toBeInViewport();
  const shown = await user.pixels(last);
  // Each says that there is one, and what of.
  await expect(user.log.getByRole('img', { name: /^Image: draw a red car/ })).toHaveCount(pictures);
  await expect(user.questions.first()).toContainText('draw a red car next to 1 trees');
  expect(await heldPictures(user)).toBeLessThan(15);

  // By keyboard, from the newest to the first: what can be done with a turn is there when it is come to.
  await user.log.focus();
  await page.keyboard.press('Home');
  const first = user.answers.first();
  await expect(first.getByRole('img')).toBeInViewport();
  await expect(first.getByRole('img')).toHaveAttribute('data-state', 'done');
  await expect(first.getByRole('button', { name: 'Save', exact: true })).toBeVisible();
  await expect(user.questions.first().getByRole('button', { name: 'Edit message', exact: true })).toBeVisible();
  await expect.poll(() => heldPictures(user)).toBeLessThan(15);
  await expect(last).toHaveJSProperty('width', 0);
  await expect(last).toHaveAttribute('data-state', 'done');

  // For a field that is added Chrome looks at all others, and lays out for that what is far from the screen.
  await expect(user.log.locator('input, select, textarea')).toHaveCount(0);

  await user.button('To the latest').click();
  await expect(last).toBeInViewport();
  await expect.poll(() => user.pixels(last)).toBe(shown);
});

test('a picture of the gallery leads to its turn, however early in a long chat that was', async ({ user, page }) => {
  await openLongChat(user);
  await user.button('New chat').click();
  await user.button('Gallery').click();
  const gallery = page.getByRole('region', { name: 'Gallery', exact: true });
  const search = gallery.getByRole('searchbox', { name: 'Search pictures', exact: true });
  // The second of all: the first alone is of one tree and as short.
  await search.fill('2 trees');
  const found = gallery.getByRole('list', { name: 'Pictures', exact: true }).getByRole('listitem').last();
  await found.hover();
  await found.getByRole('button', { name: 'Show in chat', exact: true }).click();
  const turn = user.answers.nth(1);
  await expect(turn).toBeFocused();
  await expect(turn.getByRole('img')).toBeInViewport();
  await expect(turn.getByRole('img')).toHaveAttribute('data-state', 'done');
});

test('words that come render no other turn', async ({ user, page }) => {
  await openLongChat(user);
  await user.number('Maximum tokens').fill('200');
  await user.say('draw # without an end');
  await expect(user.lastAnswer).toContainText(`${replies.endless} ${replies.endless}`);
  const others = page.getByRole('article').filter({ hasNot: page.locator('.streaming') });
  await expect(others).toHaveCount(2 * pictures + 1);
  const before = (await user.lastAnswer.textContent()) ?? '';
  await others.evaluateAll(countRenders);
  await expect.poll(async () => (await user.lastAnswer.textContent())?.length).toBeGreaterThan(before.length + 100);
  expect(await page.evaluate(() => window.nexusRenders)).toEqual({ watched: expect.any(Number), renders: 0 });
  expect(await page.evaluate(() => window.nexusRenders.watched)).toBeGreaterThan(4 * pictures);

  // They are counted: another language renders all of them.
  await user.stop();
  await user.idle();
  await user.choose('Language', '中文');
  await expect.poll(() => page.evaluate(() => window.nexusRenders.renders)).toBeGreaterThan(2 * pictures);
});

function heldPictures(user: User): Promise<number> {
  return user.log
    .locator('canvas')
    .evaluateAll(
      (canvases) =>
        canvases.filter((canvas) => canvas instanceof HTMLCanvasElement && canvas.width * canvas.height > 0).length,
    );
}

declare global {
  interface Window {
    nexusRenders: { watched: number; renders: number };
  }
}

/** React notes the properties of each element on it whenever it renders the element anew. */
function countRenders(articles: readonly Element[]): void {
  const counted = { watched: 0, renders: 0 };
  window.nexusRenders = counted;
  for (const article of articles) {
    for (const element of [article, ...article.querySelectorAll('*')]) {
      const key = Object.keys(element).find((name) => name.startsWith('__reactProps'));
      if (key === undefined) continue;
      let held: unknown = Reflect.get(element, key);
      counted.watched += 1;
      Object.defineProperty(element, key, {
        get: () => held,
        set: (next: unknown) => {
          held = next;
          counted.renders += 1;
        },
      });
    }
  }
}
