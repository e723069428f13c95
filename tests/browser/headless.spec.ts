/** The example of using the model without the page: words in, a picture out. */
import { headlessFolder } from './addresses.ts';
import { expect, test } from './test.ts';

test('the package draws on a page that is not its own', async ({ page }) => {
  await page.goto(`${headlessFolder}?device=wasm`);
  const canvas = page.getByRole('img', { name: 'Result' });
  const shown = () =>
    canvas.evaluate((element: HTMLCanvasElement) => ({ width: element.width, picture: element.toDataURL() }));
  await page.getByRole('textbox', { name: 'Words' }).fill('draw a red car next to a tree on the beach');
  await page.getByRole('button', { name: 'Draw' }).click();
  await expect(page.getByRole('status')).toHaveText('Here is an image based on the description: <image>');
  const first = await shown();
  expect(first.width).toBe(128);
  await page.getByRole('textbox', { name: 'Words' }).fill('draw a house in the snow');
  await page.getByRole('button', { name: 'Draw' }).click();
  await expect.poll(async () => (await shown()).picture).not.toBe(first.picture);
  await expect(page.getByRole('status')).toHaveText('Here is an image based on the description: <image>');
});
