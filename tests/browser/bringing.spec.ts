/** What a person copies or drags from other programs and pages. */
import type { Page } from '@playwright/test';
import { blue, photo, red } from '../helpers/photos.ts';
import { expect, test } from './test.ts';

const attached = (page: Page, name: string) => page.getByRole('img', { name: `Picture: ${name}`, exact: true });

test('a copied picture is attached whatever its program writes beside it; copied cells are words', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  const cat = await photo('cat.png', red, blue);
  for (const text of ['cat.png', '/home/me/cat.png', ' ', '\uFFFC', 'https://example.com/cat.png']) {
    await user.pasteTexts({ 'text/plain': text }, cat);
    await expect(attached(page, 'cat.png'), text).toHaveCount(1);
    await expect(user.message).toHaveValue('');
    await user.button('Remove cat.png').click();
  }
  const html = '<table><tr><td>a</td><td>b</td></tr></table>';
  await user.pasteTexts({ 'text/plain': 'a\tb', 'text/html': html }, cat);
  await user.paste(await photo('later.png', red, blue));
  await expect(attached(page, 'later.png')).toBeVisible();
  await expect(attached(page, 'cat.png')).toHaveCount(0);
});
