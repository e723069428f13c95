/** Workers that end, and parts of the engine that are not there: the pending request fails, the next one works. */
import type { Worker } from '@playwright/test';
import { expect, test } from './test.ts';

test.use({ expectedErrors: /thrown by the test|status of 404|wasm|WebAssembly|ArrayBuffer instantiation/ });

test('goes on when a worker ends in the middle of work', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill('1000');
  await user.number('Maximum tokens').fill('4096');

  // Closed from within: no event tells of it.
  await user.say('draw a slow car');
  await expect(user.status).toContainText('Drawing step');
  await workerOf('painter').evaluate(() => void setTimeout(() => self.close()));
  await user.idle();
  await expect(user.pictures('draw a slow car')).toHaveAttribute('data-state', 'failed');
  await expect(user.lastAnswer.getByRole('alert')).toContainText('stopped unexpectedly');

  await user.say('draw # on and on');
  await expect(user.lastAnswer).toContainText('again');
  await workerOf('language').evaluate(() => {
    setTimeout(() => {
      throw new Error('thrown by the test');
    });
  });
  await user.idle();
  await expect(user.lastAnswer.getByRole('alert')).toContainText('stopped unexpectedly');
  await expect(user.lastAnswer).toContainText('again');

  await user.number('Steps').fill('2');
  await user.ask('draw a house');
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');

  function workerOf(kind: string): Worker {
    const found = page.workers().find((worker) => worker.url().includes(`/${kind}.worker`));
    if (found === undefined) throw new Error(`there is no ${kind} worker`);
    return found;
  }
});

for (const { what, files, says } of [
  { what: 'engine', files: '**/*.wasm', says: 'could not be loaded' },
  { what: "language worker's script", files: '**/language.worker-*.js', says: 'stopped unexpectedly' },
]) {
  test(`says that the ${what} is not there, and works once it is`, async ({ user, page }) => {
    await page.route(files, (route) => route.fulfill({ status: 404, body: 'not here' }));
    await user.open('/?device=wasm');
    await user.ask('draw a red car');
    await expect(user.alerts.first()).toContainText(says);
    await page.unroute(files);
    await user.button('Try again').first().click();
    await user.ask('draw a house');
    await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');
  });
}
