/** What is kept, where the browser refuses to keep anything, and where it finds no room. */
import { readSaved } from '../helpers/saved-picture.ts';
import { expect, test } from './test.ts';

for (const refused of ['files', 'handles', 'a worker'] as const) {
  test(`works in memory where the browser refuses ${refused}`, async ({ user, page, context }) => {
    await context.route('**/*storage.worker*', async (route) => {
      if (refused === 'a worker') return route.fulfill({ status: 404, body: 'not here' });
      const response = await route.fetch();
      const refusal = "throw new DOMException('refused', 'SecurityError')";
      const what =
        refused === 'files'
          ? `StorageManager.prototype.getDirectory = async () => { ${refusal}; };`
          : `delete FileSystemFileHandle.prototype.createSyncAccessHandle;`;
      return route.fulfill({ response, body: `${what}\n${await response.text()}` });
    });
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

test('says that there is no room, keeps the conversation on the page, and saves it by itself once there is', async ({
  user,
  page,
  context,
}) => {
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
  // Another message does not make it forgotten.
  await user.ask('and this?');
  await expect(user.alerts.first()).toContainText(/could not be kept on this device/);

  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await expect(user.alerts).toHaveCount(0, { timeout: 30_000 });
  await user.reload();
  await expect(user.questions).toHaveText(['what is this?', 'draw a red car', 'and this?']);
  await expect.poll(() => user.pixels(car)).toBe(shown);
});

test('tabs show the same chats live, and what both say at once is kept once each', async ({ user, context }) => {
  await user.open('/?device=wasm');
  await user.ask('what is this?');
  const other = await user.inNewTab();
  await other.open('/?device=wasm');
  await expect(other.questions).toHaveText(['what is this?']);
  await expect(other.page.getByText('This page is open in another tab, too')).toBeVisible();

  await Promise.all([user.ask('draw a red car'), other.ask('draw a house')]);
  const questions = await user.questions.allTextContents();
  expect([...questions].sort()).toEqual(['draw a house', 'draw a red car', 'what is this?']);
  await expect(other.questions).toHaveText(questions);
  for (const words of ['draw a red car', 'draw a house']) {
    await expect(user.pictures(words)).toHaveAttribute('data-state', 'done');
    await expect.poll(() => other.pixels(other.pictures(words))).toBe(await user.pixels(user.pictures(words)));
  }
  // The tab that writes goes; the other one takes over.
  await user.page.close();
  await other.ask('and this?');
  await expect(other.page.getByText('This page is open in another tab, too')).toHaveCount(0);
  await other.reload();
  await expect(other.questions).toHaveText([...questions, 'and this?']);
  expect(context.pages()).toHaveLength(1);
});

test('chats of the version before the log are taken over, once', async ({ user, page }) => {
  // The page itself is not to be there yet.
  const body = '<link rel="icon" href="data:,">';
  await page.route('**/empty', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto('/empty');
  await page.evaluate(async () => {
    const opening = indexedDB.open('nexus-gen', 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('chats', { keyPath: 'id' });
      opening.result.createObjectStore('values');
    };
    await new Promise((resolve) => {
      opening.onsuccess = resolve;
    });
    const transaction = opening.result.transaction(['chats', 'values'], 'readwrite');
    const turns = [
      { id: 't1', from: 'person', text: 'an old question', pictures: [], reference: null },
      {
        id: 't2',
        from: 'model',
        state: 'done',
        text: 'An old answer.',
        form: 'plain',
        results: [],
        failure: null,
        turnsLeftOut: 0,
      },
    ];
    transaction.objectStore('chats').put({ id: 'old', title: 'an old question', changed: 5, turns });
    transaction.objectStore('values').put('old', 'current');
    transaction.objectStore('values').put('dark', 'theme');
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    opening.result.close();
  });
  await user.open('/?device=wasm');
  await expect(user.questions).toHaveText(['an old question']);
  await expect(user.answers).toHaveText([/An old answer\./]);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await user.ask('a new question');
  for (let start = 0; start < 2; start++) {
    await user.reload();
    await expect(user.questions).toHaveText(['an old question', 'a new question']);
  }
  await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
});

test('storage that the browser removed is told, at the next start and while the page is open', async ({
  user,
  page,
  context,
}) => {
  await user.open('/?device=wasm');
  await user.ask('what is this?');
  const devtools = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  const remove = () => devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'file_systems,indexeddb' });
  await page.goto('about:blank');
  await remove();
  await user.open('/?device=wasm');
  await expect(user.alerts.first()).toContainText('are gone');
  await user.ask('what is that?');
  await user.reload();
  await expect(user.questions).toHaveText(['what is that?']);
  await expect(user.alerts).toHaveCount(0);

  await remove();
  await user.say('and this?');
  await expect(user.alerts.first()).toContainText('was removed while the page was open');
  await user.idle();
  await expect(user.questions).toHaveText(['what is that?', 'and this?']);
});

test('a picture that is missing or damaged is said in its place, and its chat goes on', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  await user.ask('draw a house');
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const pictures = await root.getDirectoryHandle('pictures');
    let isFirst = true;
    for await (const name of pictures.keys()) {
      const file = await (await pictures.getFileHandle(name)).getFile();
      // Embeddings are told from pictures by their beginning.
      if (!(await file.slice(0, 8).text()).includes('PNG')) continue;
      if (isFirst) await pictures.removeEntry(name);
      else {
        const bytes = new Uint8Array(await file.arrayBuffer());
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        const writable = await (await pictures.getFileHandle(name)).createWritable();
        await writable.write(bytes);
        await writable.close();
      }
      isFirst = false;
    }
  });
  await user.reload();
  await expect(page.getByText('Picture no longer stored')).toHaveCount(2);
  await user.ask('what is this?');
  await expect(user.answers).toHaveCount(3);
  await expect(user.alerts).toHaveCount(0);
  await user.press('Save');
  await expect(user.alerts.first()).toContainText('no longer stored');
  await expect(user.alerts.first()).not.toContainText(/[0-9a-f]{8}/);
});
