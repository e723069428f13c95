/** The page as it ships, on the model that it ships with. */
import { shippedFolder } from './addresses.ts';
import { expect, test } from './test.ts';

test('an example is drawn at a tap, by the small model', async ({ user, page }) => {
  await user.open(`${shippedFolder}?device=wasm`);
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toContainText('nano');
  const example = page.getByRole('list', { name: 'Examples' }).getByRole('button').first();
  const prompt = (await example.textContent()) ?? '';
  await example.click();
  await expect(user.questions).toHaveText([prompt]);
  await user.idle();
  await expect(user.pictures(prompt)).toHaveAttribute('data-state', 'done');
  await expect(user.alerts).toHaveCount(0);
});
