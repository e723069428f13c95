/** A negative prompt is one of those that the open model holds, on the page as in the terminal. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openSink } from '../../cli/bundle-sink.ts';
import { decodePicture } from '../../cli/draw/pictures.ts';
import { axeFindings } from '../helpers/axe.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { button, openFolder, openModels } from '../helpers/models-region.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import { expect, test } from './test.ts';

const bin = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const blurry = 'blurry, low quality';

test('words that the model holds are chosen, drawn away from and saved; others are told in their place', async ({
  user,
  page,
}, info) => {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-words-'));
  try {
    await writeDrawingBundle(await openSink(folder), undefined, [blurry, '模糊']);
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
    await user.open('/?device=wasm');
    await openModels(page);
    await openFolder(page, folder);
    await button(page, 'Install').click();
    await button(page, 'Use').click();
    await user.openSettings();
    const negative = user.field('Negative prompt');
    await expect(negative).toBeEnabled();
    await expect(negative).toHaveAccessibleDescription(/empty, or one of these/);
    await user.number('CFG scale').fill('3');
    await user.number('Steps').fill('2');
    await user.field('Seed').fill('7');
    await user.settings.getByRole('checkbox', { name: 'Lock seed', exact: true }).check();

    const drawn = async () => {
      await user.ask('draw a red car');
      await expect(user.picture).toHaveAttribute('data-state', 'done');
      const { bytes } = await user.save();
      return { bytes, negative: (await readSaved(bytes)).recipe.negative, pixels: await user.pixels() };
    };
    const empty = await drawn();
    const choice = user.settings.getByRole('button', { name: blurry, exact: true });
    await choice.focus();
    await page.keyboard.press('Enter');
    await expect(negative).toHaveValue(blurry);
    await expect(negative).toHaveAttribute('aria-invalid', 'false');
    const away = await drawn();
    expect([empty.negative, away.negative]).toEqual(['', blurry]);
    expect(away.pixels).not.toBe(empty.pixels);

    // What it does not hold is marked, and the last that it did counts.
    await negative.fill('rain');
    await expect(negative).toHaveAttribute('aria-invalid', 'true');
    await expect(negative).toHaveAccessibleDescription(/does not hold these words. "blurry, low quality" is used/);
    expect(await axeFindings(page)).toEqual([]);
    expect((await drawn()).pixels).toBe(away.pixels);
    await negative.fill('模糊');
    expect((await drawn()).negative).toBe('模糊');

    // The terminal draws the same bits of the page's recipe.
    const [saved, again] = [info.outputPath('away.png'), info.outputPath('again.png')];
    await writeFile(saved, away.bytes);
    const argv = [bin, 'draw', '--recipe', saved, '-o', again, '--bundle', folder, '--quiet'];
    await promisify(execFile)(process.execPath, argv);
    const pixels = async (path: string) => (await decodePicture(path, await readFile(path))).data;
    expect(await pixels(again)).toEqual(await pixels(saved));
  } finally {
    await rm(folder, { recursive: true });
  }
});
