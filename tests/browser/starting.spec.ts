/** What a person sees where the page cannot start. */
import { expect, type Page, test } from '@playwright/test';

test('over plain http from another machine it says what it needs', async ({ page, baseURL }) => {
  await page.route('http://nexus.test/**', async (route) => {
    const own = route
      .request()
      .url()
      .replace('http://nexus.test/', baseURL ?? '');
    await route.fulfill({ response: await route.fetch({ url: own, headers: {} }) });
  });
  await page.goto('http://nexus.test/');
  await expect(page.getByRole('alert')).toContainText(/https.*localhost/);
  // What is still on its way would fail in the test after this one.
  await page.unrouteAll({ behavior: 'wait' });
});

for (const part of ['main', 'english']) {
  test(`${part}, gone or of another version, is told, and Reload brings the page`, async ({ page }) => {
    await page.route(new RegExp(`/assets/${part}-[^/]*\\.js$`), (route) => route.fulfill({ status: 404, body: '404' }));
    await page.goto('/?device=wasm');
    await expect(page.getByRole('alert')).toContainText('Your chats are kept');
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(message(page)).toBeVisible();
  });
}

test('an index that is older than the files beside it says so, and the newer one starts', async ({ page }) => {
  await page.route(/\/assets\//, (route) => route.fulfill({ status: 404, body: '404' }));
  await page.goto('/?device=wasm');
  await expect(page.getByText('Reload the page')).toBeVisible();
  await page.unrouteAll();
  await page.reload();
  await expect(message(page)).toBeVisible();
  await expect(page.getByText('Reload the page')).toHaveCount(0);
});

test('without JavaScript it says that it needs it', async ({ page, request }) => {
  const html = await (await request.get('/')).text();
  // A parsed document runs no scripts, and so shows what is for browsers without them.
  const shown = await page.evaluate((text) => {
    const { body } = new DOMParser().parseFromString(text, 'text/html');
    return body.querySelector('noscript > p')?.textContent;
  }, html);
  expect(shown).toContain('needs JavaScript');
});

function message(page: Page) {
  return page.getByRole('textbox', { name: 'Message', exact: true });
}
