/** A browser without WebGPU: the processor computes, and the page says so. */
import { chromeFlags } from '../../cli/chrome.ts';
import { axeFindings } from '../helpers/axe.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import { expect, test } from './test.ts';

test.use({
  launchOptions: async ({ launchOptions }, use) => {
    const flags = chromeFlags().filter((flag) => !flag.includes('webgpu'));
    await use({ ...launchOptions, args: [...flags, '--disable-features=WebGPU'] });
  },
});

test('draws on the processor with a plain notice, and fails plainly where WebGPU is demanded', async ({
  user,
  page,
}) => {
  await user.open('/');
  expect(await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) ?? null)).toBeNull();
  await user.ask('draw a red car');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await expect(page.getByText('No WebGPU here: the processor computes')).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await expect(user.alerts).toHaveCount(0);
  expect((await readSaved((await user.save()).bytes)).recipe.device.kind).toBe('wasm');

  await user.open('/?device=webgpu');
  await expect(user.alerts).toContainText('no WebGPU');
  expect(await axeFindings(page)).toEqual([]);
  await expect(user.message).toBeEnabled();

  // Chosen by hand it fails as plainly, and the processor is one press away.
  await user.open('/');
  await user.openSettings();
  await user.choose('Device', 'Graphics card');
  await expect(user.alerts).toContainText('no WebGPU');
  await user.button('Use the processor').click();
  await expect(user.alerts).toHaveCount(0);
  await expect(page.getByRole('combobox', { name: 'Device', exact: true })).toHaveValue('wasm');
  await user.ask('draw a house');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await user.reload();
  await user.openSettings();
  await expect(page.getByRole('combobox', { name: 'Device', exact: true })).toHaveValue('wasm');
});

test('what is said of the device is short, and read once it is not said again', async ({ user, page }) => {
  await user.open('/');
  const notice = page.getByText('the processor computes');
  const lines = () =>
    notice.evaluate((element) =>
      Math.round(element.clientHeight / Number.parseFloat(getComputedStyle(element).lineHeight)),
    );
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(notice).toBeVisible();
  expect(await lines()).toBe(1);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await lines()).toBeLessThanOrEqual(2);

  await user.button('Do not show this again').click();
  await expect(notice).toHaveCount(0);
  await expect(user.message).toBeFocused();
  await user.ask('draw a red car');
  await user.reload();
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await user.ask('draw a house');
  await expect(notice).toHaveCount(0);
});
