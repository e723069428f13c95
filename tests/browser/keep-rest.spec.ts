/** An edit of a part leaves the rest of its picture as it was, where a person wants that: on the model that the page ships with. */
import sharp from 'sharp';
import type { RgbImage } from '../../model/image/pixels.ts';
import { differenceOf, keepingRule } from '../../model/image/unedited.ts';
import { compositeOf } from '../../model/recipe/composite.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import type { User } from '../helpers/user.ts';
import { shippedFolder } from './addresses.ts';
import { expect, test } from './test.ts';

async function rgb(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

async function drawAndEdit(user: User, change: string): Promise<Uint8Array> {
  await user.open(`${shippedFolder}?device=wasm`);
  await user.openSettings();
  await user.field('Seed').fill('5');
  await user.page.getByRole('checkbox', { name: 'Lock seed', exact: true }).check();
  await user.ask('a red car');
  const { bytes } = await user.save();
  await user.press('Edit this');
  await user.ask(change);
  await expect(user.pictures(change)).toHaveAttribute('data-state', 'done');
  return bytes;
}

/** Pixels that are another one's, of those that the edit left alone by its own rule, far from what it changed. */
function strangers(original: RgbImage, painted: RgbImage, kept: RgbImage): { far: number; strange: number } {
  const rule = keepingRule(original, painted);
  const { changed, width, height } = differenceOf(original, painted, rule);
  const reach = 2 * rule.feather;
  let [far, strange] = [0, 0];
  for (let at = 0; at < changed.length; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)];
    let near = false;
    for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row += 1) {
      near ||= changed
        .subarray(row * width + Math.max(0, x - reach), row * width + Math.min(width, x + reach + 1))
        .includes(1);
    }
    if (near) continue;
    far += 1;
    if ([0, 1, 2].some((channel) => original.data[3 * at + channel] !== kept.data[3 * at + channel])) strange += 1;
  }
  return { far: far / changed.length, strange };
}

test('an edit says what it changed, and the rest is kept: in the file, after a reload, in the next edit', async ({
  user,
  page,
}) => {
  const original = await drawAndEdit(user, 'make the car blue');
  const painted = (await user.save()).bytes;

  await user.press('Difference');
  await expect(page.getByText(/^\d+ % of the picture is untouched$/)).toBeVisible();
  await expect(page.getByRole('img', { name: 'What changed, tinted; the rest is veiled' })).toBeVisible();
  await user.press('Difference');
  await expect(page.getByText(/untouched/)).toHaveCount(0);

  const shown = await user.pixels();
  const keep = user.button('Keep the rest').last();
  await keep.click();
  await expect(keep).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => user.pixels()).not.toBe(shown);
  const kept = (await user.save()).bytes;
  const { far, strange } = strangers(await rgb(original), await rgb(painted), await rgb(kept));
  expect(far).toBeGreaterThan(0.1);
  expect(strange).toBe(0);
  expect(compositeOf((await readSaved(kept)).recipe)?.picture).toBe((await readSaved(kept)).recipe.images[0]?.sha256);
  const place = await page.evaluate(() => history.state);
  await user.press('Recipe');
  await expect(page.getByRole('dialog', { name: 'Recipe' })).toContainText('From the picture before');
  await page.keyboard.press('Escape');
  // Closing is a step back in the history; a reload in the midst of it would be cut off.
  await expect.poll(() => page.evaluate(() => history.state)).toBe(place);

  await user.reload();
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await expect(keep).toHaveAttribute('aria-pressed', 'true');
  expect((await user.save()).bytes).toEqual(kept);

  // Taken back, and done again.
  await keep.click();
  await expect(keep).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(() => user.pixels()).toBe(shown);
  expect((await user.save()).bytes).toEqual(painted);
  await keep.click();
  await expect(keep).toHaveAttribute('aria-pressed', 'true');

  await user.press('Edit this');
  await user.ask('add a tree');
  const next = (await readSaved((await user.save()).bytes)).recipe;
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', kept.slice())).toString('hex');
  expect(next.images.map(({ sha256 }) => sha256)).toContain(hash);
  await expect(user.alerts).toHaveCount(0);
});

test('where an edit changes the whole picture it says so, and the picture stays', async ({ user }) => {
  await drawAndEdit(user, 'make it night');
  const painted = await user.pixels();
  const keep = user.button('Keep the rest').last();
  await keep.click();
  await expect(user.lastAnswer.getByRole('alert')).toContainText('almost the whole picture');
  await expect(keep).toHaveAttribute('aria-pressed', 'false');
  expect(await user.pixels()).toBe(painted);
  await user.press('Difference');
  await expect(user.lastAnswer.getByText(/ % of the picture is untouched$/)).toBeVisible();
});
