/** Where the browser refuses to keep anything the page says so and works until it is closed. */
import { readSaved } from '../helpers/saved-picture.ts';
import { expect, test } from './test.ts';

for (const refused of ['files', 'records'] as const) {
  test(`works in memory where storage of ${refused} is refused`, async ({ user, page }) => {
    await page.addInitScript((what) => {
      const refuse = () => {
        throw new DOMException('refused', 'SecurityError');
      };
      if (what === 'files')
        Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: async () => refuse() });
      else Object.defineProperty(IDBFactory.prototype, 'open', { value: refuse });
    }, refused);
    await user.open('/?device=wasm');
    await expect(page.getByText('Storage is not available')).toBeVisible();
    await user.ask('draw a red car');
    await expect(user.picture).toHaveAttribute('data-state', 'done');
    const car = await user.pixels();
    await user.button('New chat').click();
    await user.ask('what is this?');
    await page.getByRole('navigation', { name: 'Chats' }).getByRole('button', { name: 'draw a red car' }).click();
    await expect.poll(() => user.pixels()).toBe(car);
    await expect(user.alerts).toHaveCount(0);
  });
}

test('says that there is no room, keeps the conversation on the page and works on', async ({ user, page, context }) => {
  await user.open('/?device=wasm');
  await user.ask('what is this?');
  const devtools = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await user.ask('draw a red car');
  await expect(user.alerts.first()).toContainText(/could not be kept on this device/);
  // It is there to be looked at, saved and edited as long as the page is open.
  const car = user.pictures('draw a red car');
  await expect(car).toHaveAttribute('data-state', 'done');
  const shown = await user.pixels(car);
  await readSaved((await user.save()).bytes);

  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await user.ask('draw a house');
  await expect(user.alerts).toHaveCount(0);
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');
  await user.reload();
  await expect(user.questions).toHaveText(['what is this?', 'draw a red car', 'draw a house']);
  await expect.poll(() => user.pixels(car)).toBe(shown);
});
