/** The conversation stays at its end while a person is there, however fast it grows. */
import { expect, test } from './test.ts';

test.use({ viewport: { width: 1280, height: 620 } });

test('three messages, sent without waiting, end with the last answer in sight', async ({ user, page }) => {
  await user.open('/?device=wasm');
  for (const words of ['draw a boat on the beach', 'draw a boat at night', 'what is in the picture?']) {
    await user.say(words);
  }
  await user.idle();
  await expect(user.status).toHaveText('Done');
  await expect(user.lastAnswer.locator('.words')).toBeInViewport();
  await expect(page.getByRole('button', { name: 'To the latest' })).toHaveCount(0);

  // Whoever has scrolled up stays there.
  await user.log.hover();
  await page.mouse.wheel(0, -5000);
  await expect(user.questions.first()).toBeInViewport();
  await expect(page.getByRole('button', { name: 'To the latest' })).toBeVisible();
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]) {
  test.describe(`${viewport.width} × ${viewport.height}`, () => {
    test.use({ viewport });

    test('the words of a request stay in sight above its picture', async ({ user }) => {
      await user.open('/?device=wasm');
      await user.ask('draw a boat on the beach');
      await user.ask('draw a boat at night');
      await expect(user.questions.last()).toBeInViewport({ ratio: 1 });
      await expect(user.pictures('draw a boat at night')).toBeInViewport({ ratio: 1 });
      await expect(user.button('Edit this').last()).toBeInViewport({ ratio: 1 });
    });
  });
}

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test.describe(`${viewport.width} × ${viewport.height}`, () => {
    test.use({ viewport });

    test('a picture is seen whole, with its buttons, and so is a variation; what is offered next where there is room', async ({
      user,
    }) => {
      const { page } = user;
      await user.open('/?device=wasm');
      await user.ask('draw a boat on the beach');
      const suggestions = page.getByRole('list', { name: 'What next?', exact: true }).getByRole('listitem');
      const isSeen = async (which: string) => {
        await expect(user.pictures('draw a boat on the beach').last()).toBeInViewport({ ratio: 1 });
        for (const button of ['Edit this', 'Recipe']) {
          await expect(user.button(button).last(), `${button} of ${which}`).toBeInViewport({ ratio: 1 });
        }
        // A phone may have no room for these.
        if (viewport.width === 1280) await expect(suggestions.last(), which).toBeInViewport({ ratio: 1 });
      };
      await isSeen('the picture');
      await user.press('Variations');
      await user.idle();
      await expect(page.getByText('Picture 2 of 2', { exact: true })).toBeInViewport({ ratio: 1 });
      await isSeen('the variation');
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test('the way to the end lies over nothing of the conversation, and leads there', async ({ user, page }) => {
    await user.open('/?device=wasm');
    for (const words of ['draw a boat on the beach', 'draw a boat at night']) await user.ask(words);
    await user.log.hover();
    await page.mouse.wheel(0, -5000);
    const toEnd = page.getByRole('button', { name: 'To the latest', exact: true });
    await expect(toEnd).toBeVisible();
    const boxes = await Promise.all([toEnd, page.locator('.scroller'), user.status].map((each) => each.boundingBox()));
    const [button, scroller, status] = boxes.map((box) => ({
      top: box?.y ?? 0,
      bottom: (box?.y ?? 0) + (box?.height ?? 0),
    }));
    expect(button?.top).toBeGreaterThanOrEqual(scroller?.bottom ?? Number.POSITIVE_INFINITY);
    expect(button?.bottom).toBeLessThanOrEqual(status?.top ?? 0);
    await toEnd.click();
    await expect(toEnd).toHaveCount(0);
    await expect(user.button('Recipe').last()).toBeInViewport();
  });
});
