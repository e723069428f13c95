/** The graphics card: lost in the middle of work. */
import { expect, test } from './test.ts';

test.use({ expectedErrors: /device|GPU|WebGPU|context/i });

test('goes on when the graphics card is lost in the middle, and offers the processor when it stays away', async ({
  user,
  page,
  browser,
}) => {
  const devtools = await browser.newBrowserCDPSession();
  const crash = () => devtools.send('Browser.crashGpuProcess').catch(() => undefined);
  await user.open();
  await user.openSettings();
  await user.number('Steps').fill('40');
  await user.say('draw a slow car');
  await expect(user.status).toContainText('Drawing step');
  await crash();
  // The picture is begun again by itself.
  await user.idle();
  await expect(user.pictures('draw a slow car')).toHaveAttribute('data-state', 'done');
  await expect(user.alerts).toHaveCount(0);

  // After a second crash Chrome gives no adapter until it is started anew.
  await user.say('draw a house');
  await expect(user.status).toContainText('Drawing step');
  await crash();
  await user.idle();
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'failed');
  const alert = user.lastAnswer.getByRole('alert');
  await expect(alert).toContainText('Restart the browser');
  await alert.getByRole('button', { name: 'Use the processor', exact: true }).click();
  await user.idle();
  await expect(user.pictures('draw a house').last()).toHaveAttribute('data-state', 'done');
  await expect(page.getByRole('combobox', { name: 'Device', exact: true })).toHaveValue('wasm');
});
