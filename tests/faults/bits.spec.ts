/** Bits of the stored files that flip while the page is closed: each is told, and takes nothing along but what it was in. */
import { expect, type Page, test } from '@playwright/test';
import { port } from '../browser/addresses.ts';
import { amounts, randomNumbers, seed } from '../helpers/amounts.ts';
import { allSaved } from '../helpers/killable-chrome.ts';
import { User } from '../helpers/user.ts';

const site = `http://localhost:${port}/`;
const address = `${site}?device=wasm`;
const questions = ['draw a red car', 'what is this?', 'draw a house'];

type FileKind = 'log' | 'picture' | 'embeddings';

interface StoredFile {
  readonly folder: string;
  readonly name: string;
  readonly kind: FileKind;
  readonly size: number;
}

/** A page of this site without the storage. The page before has left once nothing has the log open any more. */
async function openEmpty(page: Page): Promise<void> {
  await page.goto(`${site}empty`);
  await expect.poll(() => page.evaluate(isLogClosed)).toBe(true);
}

async function isLogClosed(): Promise<boolean> {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('chats');
  try {
    for await (const handle of folder.values())
      if (handle instanceof FileSystemFileHandle)
        await (await handle.createWritable({ keepExistingData: true })).abort();
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NoModificationAllowedError') return false;
    throw error;
  }
}

function storedFiles(page: Page): Promise<readonly StoredFile[]> {
  return page.evaluate(async () => {
    const files: StoredFile[] = [];
    const root = await navigator.storage.getDirectory();
    for (const folder of ['chats', 'pictures']) {
      for await (const [name, handle] of (await root.getDirectoryHandle(folder)).entries()) {
        if (!(handle instanceof FileSystemFileHandle)) continue;
        const file = await handle.getFile();
        const isPng = (await file.slice(0, 8).text()).includes('PNG');
        files.push({
          folder,
          name,
          kind: folder === 'chats' ? 'log' : isPng ? 'picture' : 'embeddings',
          size: file.size,
        });
      }
    }
    return files.sort((left, right) => (left.name < right.name ? -1 : 1));
  });
}

/** Flips it, or flips it back. */
async function flip(page: Page, { folder, name }: StoredFile, bit: number): Promise<void> {
  await page.evaluate(
    async ({ folder, name, bit }) => {
      const handle = await (await (await navigator.storage.getDirectory()).getDirectoryHandle(folder)).getFileHandle(
        name,
      );
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const writable = await handle.createWritable();
      await writable.write(bytes);
      await writable.close();
    },
    { folder, name, bit },
  );
}

/** What is stored is put back as it was: the page may have written that it has told of the damage. */
async function copies(page: Page): Promise<() => Promise<void>> {
  const log = await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('chats');
    for await (const [name, handle] of folder.entries()) {
      if (handle instanceof FileSystemFileHandle)
        return { name, bytes: [...new Uint8Array(await (await handle.getFile()).arrayBuffer())] };
    }
    throw new Error('there is no log');
  });
  const number = await page.evaluate(() => localStorage.getItem('nexus-gen stored records') ?? '');
  return () =>
    page.evaluate(
      async ({ name, bytes, number }) => {
        const root = await navigator.storage.getDirectory();
        await root.removeEntry('chats', { recursive: true });
        const folder = await root.getDirectoryHandle('chats', { create: true });
        const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
        await writable.write(new Uint8Array(bytes));
        await writable.close();
        localStorage.setItem('nexus-gen stored records', number);
      },
      { ...log, number },
    );
}

/** Damage to a picture is seen in its place, damage to what it was made from when it is varied. */
async function requireTold(user: User, kind: FileKind): Promise<void> {
  const { page } = user;
  if (kind === 'picture') await expect(page.getByText('Picture no longer stored')).toHaveCount(1);
  if (kind === 'embeddings') {
    await expect(user.button('Variations')).toHaveCount(2);
    for (const button of await user.button('Variations').all()) await button.click();
    await user.idle();
  }
  if (kind !== 'picture') await expect(user.alerts.first()).toContainText(/cannot be read|are gone|no longer stored/);
}

async function requireTheRest(user: User, kind: FileKind): Promise<void> {
  const shown = await user.questions.allTextContents();
  if (kind !== 'log') return expect(shown).toEqual(questions);
  expect(questions.filter((text) => shown.includes(text))).toEqual(shown);
  expect(shown.length).toBeGreaterThanOrEqual(questions.length - 1);
}

test(`each kind of file, and ${amounts.bits} bits more, seed ${seed}`, async ({ page }) => {
  test.setTimeout(120_000 + (amounts.bits + 3) * 30_000);
  await page.route('**/empty', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }),
  );
  const user = new User(page);
  await user.open(address);
  for (const text of questions) await user.ask(text);
  await allSaved(page);
  await openEmpty(page);
  const putBack = await copies(page);
  const files = await storedFiles(page);
  const named = files.filter(({ kind }) => kind !== 'log').map(({ name }) => name);
  const random = randomNumbers(seed);
  const kinds = (['log', 'picture', 'embeddings'] as const).map((kind) => files.filter((file) => file.kind === kind));
  for (let round = 0; round < amounts.bits + 3; round++) {
    const group = kinds[round % 3] ?? [];
    const file = group[Math.floor(random() * group.length)];
    if (file === undefined) throw new Error('a kind of file is missing');
    // The header of the log holds nothing: it is mended.
    const first = file.kind === 'log' ? 12 * 8 : 0;
    const bit = first + Math.floor(random() * (file.size * 8 - first));
    await test.step(`bit ${bit} of ${file.kind} ${file.name}`, async () => {
      await flip(page, file, bit);
      await user.open(address);
      await requireTold(user, file.kind);
      await requireTheRest(user, file.kind);
      await openEmpty(page);
      // A message that cannot be read may be about any picture: none goes.
      const names = (await storedFiles(page)).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(named));
      if (file.kind === 'picture' || file.kind === 'embeddings') await flip(page, file, bit);
      await putBack();
    });
  }
  await user.open(address);
  await expect(user.questions).toHaveText(questions);
  await expect(user.alerts).toHaveCount(0);
});
