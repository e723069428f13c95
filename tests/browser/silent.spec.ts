/** A part of the model that does not answer any more: said, and started again. */
import { expect, test } from './test.ts';

test('says that there is no answer, and begins the picture again when a person restarts it', async ({ user, page }) => {
  await page.clock.install();
  await user.open('/?device=wasm');
  await page.clock.resume();
  await user.openSettings();
  await user.number('Steps').fill('400');
  await user.say('draw a slow car');
  await expect(user.status).toContainText('Drawing step');
  const painter = page.workers().find((worker) => worker.url().includes('/painter.worker'));
  if (painter === undefined) throw new Error('there is no painter');
  // It never comes back from here, so nobody waits for it.
  void painter
    .evaluate(() => {
      for (;;);
    })
    .catch(() => undefined);
  await expect(async () => {
    await page.clock.runFor(20_000);
    await expect(user.status).toContainText(/No answer for \d+ s/, { timeout: 200 });
  }).toPass();
  await expect(user.stopButton).toBeVisible();
  await user.button('Restart').click();
  await expect(user.status).toContainText('Drawing step');
  await expect(user.button('Restart')).toHaveCount(0);
  await user.idle();
  await expect(user.pictures('draw a slow car')).toHaveAttribute('data-state', 'done');
  await expect(user.alerts).toHaveCount(0);
});
