/** The browser, the tab or the storage's worker ends at any moment: what was acknowledged is there, once, in its order. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { port } from '../browser/addresses.ts';
import { amounts, randomNumbers, seed } from '../helpers/amounts.ts';
import { crashTab, endStorageWorker, KillableChrome, knownRecords } from '../helpers/killable-chrome.ts';
import type { User } from '../helpers/user.ts';

const address = `http://localhost:${port}/?device=wasm`;

/** All that must be there is, in its order; what was said without an acknowledgement may be there too. */
async function requireAll(user: User, acknowledged: readonly string[], said: readonly string[]): Promise<string[]> {
  await expect
    .poll(async () => (await user.questions.allTextContents()).length)
    .toBeGreaterThanOrEqual(acknowledged.length);
  const shown = await user.questions.allTextContents();
  expect(shown.filter((text) => acknowledged.includes(text))).toEqual(acknowledged);
  expect(new Set(shown).size).toBe(shown.length);
  expect(said).toEqual(expect.arrayContaining(shown));
  return shown;
}

test(`nothing acknowledged is lost in ${amounts.kills} kills, seed ${seed}`, async () => {
  test.setTimeout(amounts.kills * 30_000);
  const profile = await mkdtemp(join(tmpdir(), 'nexus-gen-kills-'));
  const random = randomNumbers(seed);
  let acknowledged: string[] = [];
  const said: string[] = [];
  let chrome = await KillableChrome.start(profile);
  try {
    let user = await chrome.user();
    await user.open(address);
    for (let kill = 0; kill < amounts.kills; kill++) {
      const [what] = (['browser', 'tab', 'worker'] as const).slice(kill % 3);
      await test.step(`kill ${kill} of the ${what}`, async () => {
        const text = `what is this? ${kill}`;
        const before = await knownRecords(user.page);
        said.push(text);
        await user.say(text);
        if (random() < 0.7) {
          await expect.poll(() => knownRecords(user.page)).toBeGreaterThan(before);
          acknowledged.push(text);
        }
        await new Promise((resolve) => setTimeout(resolve, 600 * random()));
        if (what === 'worker') {
          await endStorageWorker(user.page);
          // The page sends what was on its way to another worker.
          await expect.poll(() => knownRecords(user.page)).toBeGreaterThan(before);
          if (!acknowledged.includes(text)) acknowledged.push(text);
          return;
        }
        if (what === 'tab') await crashTab(user.page);
        else {
          await chrome.kill();
          chrome = await KillableChrome.start(profile);
        }
        user = await chrome.user();
        await user.open(address);
        acknowledged = await requireAll(user, acknowledged, said);
        await expect(user.alerts).toHaveCount(0);
      });
    }
    await user.reload();
    await requireAll(user, acknowledged, said);
  } finally {
    await chrome.kill();
    await rm(profile, { recursive: true, force: true });
  }
});
