/** Stop keeps what was made, and the next request works. */
import { replies } from '../helpers/drawing-checkpoint.ts';
import { expect, test } from './test.ts';

test('stops words, a picture and what waits; the next request works', async ({ user, page }) => {
  await user.open();
  await user.openSettings();
  await user.number('Maximum tokens').fill('4096');
  await user.number('Steps').fill('1000');

  await user.say('draw # without an end');
  await expect(user.lastAnswer).toContainText(`${replies.endless} ${replies.endless}`);
  await user.stop();
  await user.idle();
  await expect(user.status).toHaveText('Stopped');
  const words = (await user.lastAnswer.textContent()) ?? '';
  expect(words).toContain(replies.endless);

  await user.say('draw a slow car');
  const car = user.pictures('draw a slow car');
  await expect(user.status).toContainText(/Drawing step [3-9] of 1000, about \d+ s left/);
  // What is asked in the meantime waits, with a Stop of its own that is the same.
  await user.say('draw a tree');
  await expect(user.questions).toHaveCount(3);
  const shown = await user.pixels(car);
  await page.keyboard.press('Escape');
  await user.idle();
  await expect(car).toHaveAttribute('data-state', 'stopped');
  expect(await user.pixels(car)).not.toBe(shown);
  await expect(user.answers.nth(1)).toContainText(replies.drawn);
  await expect(user.pictures('draw a tree')).toHaveCount(0);
  await expect(user.alerts).toHaveCount(0);

  await user.number('Steps').fill('1');
  await user.ask('draw a house');
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');

  // A reload in the middle of work: what was unfinished is there as it was, and it is said that it was stopped.
  const kept = await user.pixels(car);
  await user.number('Steps').fill('1000');
  await user.say('draw a bird');
  await expect(user.status).toContainText('Drawing step');
  await user.reload();
  await expect(user.questions).toHaveCount(5);
  await expect(user.answers.first()).toContainText(replies.endless);
  await expect(car).toHaveAttribute('data-state', 'stopped');
  await expect.poll(() => user.pixels(car)).toBe(kept);
  await expect(user.pictures('draw a bird')).toHaveAttribute('data-state', 'stopped');
  await expect(user.lastAnswer).toContainText(replies.drawn);
  await user.idle();
});
