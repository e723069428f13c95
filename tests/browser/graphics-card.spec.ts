/** The graphics card: lost in the middle of work. */
import { expect, test } from './test.ts';

test.use({ expectedErrors: /device|GPU|WebGPU|context/i });

test('goes on when the graphics card is lost in the middle', async ({ user, browser }) => {
  await user.open();
  await user.openSettings();
  await user.number('Steps').fill('1000');
  await user.say('draw a slow car');
  await expect(user.status).toContainText('Drawing step');
  const devtools = await browser.newBrowserCDPSession();
  await devtools.send('Browser.crashGpuProcess').catch(() => undefined);
  await user.idle();
  await expect(user.pictures('draw a slow car')).toHaveAttribute('data-state', 'failed');
  await expect(user.lastAnswer.getByRole('alert')).toContainText('graphics card was lost');
  await user.number('Steps').fill('1');
  await user.ask('draw a house');
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');
});
