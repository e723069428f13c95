/** No room, at any moment: it is said, nothing on the page is lost, and all of it is saved once there is room again. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { port } from '../browser/addresses.ts';
import { amounts } from '../helpers/amounts.ts';
import { KillableChrome } from '../helpers/killable-chrome.ts';
import { noise } from '../helpers/photos.ts';
import { User } from '../helpers/user.ts';

const address = `http://localhost:${port}/?device=wasm`;
/** A disk without room is told by some of Chrome's writes as that, by others as one that cannot be done. */
const unsaved = /could not be kept on this device: (there is no room|the browser could not write it)/;

for (let level = 0; level < amounts.quotaLevels; level++) {
  const kilobytes = Math.round(10 * 1.7 ** level);
  test(`a quota with ${kilobytes} KB left`, async ({ page, context }) => {
    const user = new User(page);
    await user.open(address);
    await user.ask('before');
    const devtools = await context.newCDPSession(page);
    const { origin } = new URL(page.url());
    const { usage } = await devtools.send('Storage.getUsageAndQuota', { origin });
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + kilobytes * 1000 });
    // Each brings 300 KB.
    for (const text of ['first', 'second', 'third', 'fourth', 'fifth']) {
      await user.addImage({ name: `${text}.png`, bytes: await noise(text) });
      await user.ask(text);
    }
    await expect(user.alerts.first()).toContainText(unsaved);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    await requireSaved(user, ['before', 'first', 'second', 'third', 'fourth', 'fifth']);
  });
}

test('a disk that is really full', async () => {
  test.skip(process.getuid?.() !== 0, 'only root can mount a small disk');
  const profile = await mkdtemp(join(tmpdir(), 'nexus-gen-full-'));
  // What sites store lies on it, and nothing else: Chrome itself may die where a file that it has mapped finds no room.
  const folder = join(profile, 'Default', 'File System');
  await mkdir(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', folder]);
  let chrome: KillableChrome | null = null;
  try {
    chrome = await KillableChrome.start(profile);
    const user = await chrome.user();
    await user.open(address);
    await user.ask('before');
    await fill(folder);
    for (const text of ['first', 'second']) {
      await user.addImage({ name: `${text}.png`, bytes: await noise(text) });
      await user.ask(text);
    }
    await expect(user.alerts.first()).toContainText(unsaved);
    await rm(join(folder, 'filler'));
    await requireSaved(user, ['before', 'first', 'second']);
  } finally {
    await chrome?.kill();
    execFileSync('umount', ['--lazy', folder]);
    await rm(profile, { recursive: true, force: true });
  }
});

async function fill(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const file = await open(join(folder, 'filler'), 'w');
  await file.writeFile(Buffer.alloc(bavail * bsize, 1)).catch(() => undefined);
  await file.close();
}

async function requireSaved(user: User, questions: readonly string[]): Promise<void> {
  await expect(user.alerts).toHaveCount(0, { timeout: 60_000 });
  await user.reload();
  await expect(user.questions).toHaveText([...questions]);
  const pictures = user.questions.getByRole('img');
  await expect(pictures).toHaveCount(questions.length - 1);
  await expect(user.page.getByText('Picture no longer stored')).toHaveCount(0);
}
