/** A drawing that is interrupted goes on from its last kept step, to the very file of one that was not. */
import type { Locator } from '@playwright/test';
import { axeFindings } from '../helpers/axe.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const steps = 1000;

function resumeButton({ page }: User): Locator {
  return page.getByRole('button', { name: 'Resume', exact: true });
}

async function stored({ page }: User): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('pictures');
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    return names;
  });
}

/** Whether the chats on the disk tell of a drawing how far it came: its file of latents is there before. */
async function isStepKept({ page }: User): Promise<boolean> {
  return page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('chats');
    for await (const handle of folder.values())
      if (handle instanceof FileSystemFileHandle && (await (await handle.getFile()).text()).includes('"reached":{'))
        return true;
    return false;
  });
}

test('a reload in the middle, Stop, and a reload again: it goes on each time, and ends as one that nothing disturbed', async ({
  user,
}) => {
  const { page } = user;
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill(String(steps));
  // Two passes a step, so that there is something to interrupt on any machine.
  await user.number('CFG scale').fill('3');
  await user.field('Seed').fill('7');
  const car = user.pictures('draw a red car');
  const interrupted = page.getByText(/^Interrupted after step \d+ of 1000$/);
  const stepReached = async () => Number(/step (\d+)/.exec((await interrupted.textContent()) ?? '')?.[1]);

  await user.say('draw a red car');
  await expect(user.status).toContainText(/Drawing step \d+ of 1000/);
  await expect.poll(() => isStepKept(user)).toBe(true);
  await user.reload();
  await expect(car).toHaveAttribute('data-state', 'stopped');
  await expect(interrupted).toBeVisible();
  const first = await stepReached();
  expect(first).toBeGreaterThan(0);
  expect(await axeFindings(page)).toEqual([]);

  await resumeButton(user).click();
  await expect(user.lastAnswer).toBeFocused();
  await expect(interrupted).toHaveCount(0);
  await expect(user.status).toContainText(/Drawing step \d+ of 1000/);
  await user.stop();
  await user.idle();
  await expect(interrupted).toBeVisible();
  // The step at which it was stopped is shown when it is kept.
  await expect.poll(stepReached).toBeGreaterThan(first);
  const half = await user.pixels(car);

  await user.reload();
  await expect.poll(() => user.pixels(car)).toBe(half);
  await resumeButton(user).focus();
  await page.keyboard.press('Enter');
  await user.idle();
  await expect(car).toHaveAttribute('data-state', 'done');
  await expect(resumeButton(user)).toHaveCount(0);
  const resumed = await user.save();

  await user.openSettings();
  await user.field('Seed').fill('7');
  await user.ask('draw a red car');
  const undisturbed = await user.save();
  expect((await readSaved(resumed.bytes)).recipe).toMatchObject({ seed: '7', steps });
  expect(Buffer.from(resumed.bytes).equals(Buffer.from(undisturbed.bytes))).toBe(true);

  // Nothing of the way there is left: the picture, and what it was drawn from.
  await expect.poll(async () => (await stored(user)).length).toBeLessThanOrEqual(3);
});
