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
