/** What a person copies or drags from other programs and pages. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { blue, photo, red } from '../helpers/photos.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const attached = (page: Page, name: string) => page.getByRole('img', { name: `Picture: ${name}`, exact: true });

test('a copied picture is attached whatever its program writes beside it; copied cells are words', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  const cat = await photo('cat.png', red, blue);
  for (const text of ['cat.png', '/pictures/cat.png', ' ', '\uFFFC', 'https://example.com/cat.png']) {
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

test('what is dragged in without a file says what to do and leaves the words alone', async ({ user, page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-holiday-'));
  const file = join(folder, 'cat.png');
  await writeFile(file, (await photo('cat.png', red, blue)).bytes);
  try {
    await user.open('/?device=wasm');
    const home = page.url();
    await user.type('make it night');
    const address = 'https://example.com/cat';
    const elsewhere = [
      {
        drag: { texts: { 'text/uri-list': address, 'text/html': `<img src="${address}">` } },
        says: /address of that picture.*Nothing was added.*Copy the picture/,
      },
      { drag: { texts: { 'text/uri-list': `${address}.jpg` } }, says: /address of that picture/ },
      { drag: { files: [folder] }, says: /is a folder.*drop the pictures in it/ },
    ];
    const aside = page.getByRole('heading', { name: 'What shall we picture?' });
    for (const onto of [user.message, aside]) {
      for (const { drag, says } of elsewhere) {
        await user.dragFromElsewhere(drag, onto);
        await expect(user.alerts).toHaveCount(1);
        await expect(user.alerts).toHaveText(says);
        await user.button('Dismiss').click();
        await expect(user.alerts).toHaveCount(0);
      }
    }
    // A drag that ended leaves nothing behind it.
    await user.dragFromElsewhere({ texts: { 'text/uri-list': 'https://example.com/' } }, aside);
    await expect(page.getByText('Drop pictures anywhere')).toBeHidden();
    await expect(user.message).toHaveValue('make it night');
    expect(page.url()).toBe(home);
    await expect(page.getByRole('img', { name: /^Picture: / })).toHaveCount(0);

    await user.dragFromElsewhere({ files: [file] }, user.message);
    await expect(attached(page, 'cat.png')).toBeVisible();
    await user.dragFromElsewhere({ texts: { 'text/uri-list': 'https://example.com/' } }, user.message);
    await expect(user.message).toHaveValue('make it night https://example.com/');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("an app's promise of a file that holds none says what to do", async ({ user, page }) => {
  await user.open('/?device=wasm');
  await page.locator('body').evaluate((body) => {
    const transfer = new DataTransfer();
    // What the browser shows of a promise that nobody kept: the kind, and no file.
    Object.defineProperty(transfer, 'types', { value: ['Files'] });
    body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
  });
  await expect(user.alerts).toHaveText(/app promised a file and gave none.*Save or export/);
});

test('a message that was begun is there after a reload, with its picture, and is sent as it would have been', async ({
  user,
}) => {
  await user.open('/?device=wasm');
  await user.ask('what is this?');
  await user.type('and in this picture?');
  await user.drop(await photo('cat.png', red, blue));
  await expect(attached(user.page, 'cat.png')).toBeVisible();
  await user.reload();
  await expect(user.message).toHaveValue('and in this picture?');
  await expect(attached(user.page, 'cat.png')).toBeVisible();
  await user.send();
  await user.idle();
  await expect(user.questions).toHaveText(['what is this?', 'and in this picture?']);
  await expect(user.questions.last().getByRole('img', { name: 'Picture: cat.png' })).toBeVisible();
  await user.reload();
  await expect(user.questions).toHaveCount(2);
  await expect(user.message).toHaveValue('');
});

test('a phone takes a photo for the message; with a mouse there is no such button', async ({ user, browser }) => {
  await user.open('/?device=wasm');
  await expect(user.button('Take a photo')).toBeHidden();
  const phone = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 320, height: 640 } });
  try {
    const person = new User(await phone.newPage());
    await person.open('/?device=wasm');
    const chooser = person.page.waitForEvent('filechooser');
    await person.button('Take a photo').tap();
    const { name, bytes } = await photo('photo.png', red, blue);
    await (await chooser).setFiles({ name, mimeType: 'image/png', buffer: Buffer.from(bytes) });
    await expect(attached(person.page, name)).toBeVisible();
    await person.type('what is it?');
    await expect(person.button('Take a photo')).toBeHidden();
  } finally {
    await phone.close();
  }
});
