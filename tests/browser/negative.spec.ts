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
import { drawingCheckpoint } from '../helpers/drawing-checkpoint.ts';
import { hashesBelow, hashesIn } from '../helpers/file-hashes.ts';
import { button, openFolder, openModels, ownNegatives, region } from '../helpers/models-region.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import { writeFiles } from '../helpers/write-files.ts';
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

test('words of a person’s own are added to a model that was converted here, and steer it as the terminal’s do', async ({
  user,
  page,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-own-words-'));
  const [checkpoint, terminal] = [join(folder, 'checkpoint'), join(folder, 'terminal')];
  try {
    await writeFiles(checkpoint, drawingCheckpoint());
    await writeDrawingBundle(await openSink(terminal), undefined, [blurry, 'dull']);
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
    await user.open('/?device=wasm');
    await openModels(page);
    await openFolder(page, checkpoint);
    const tiny = region(page).getByRole('article', { name: 'Tiny', exact: true });
    const cfg = tiny.getByRole('checkbox', { name: /^CFG \(/ });
    // Words come with CFG, which they are for.
    await cfg.uncheck();
    await expect(ownNegatives(page)).toHaveCount(0);
    await cfg.check();
    await ownNegatives(page).fill(blurry);
    // What is longer than an encoder reads is told while it is written.
    await expect(tiny).toContainText(
      new RegExp(`“${blurry}” is cut: of its \\d+ tokens one text encoder reads \\d+, and of \\d+ the other 7\\.`),
    );
    await button(page, 'Install').click();
    await expect(tiny).toContainText('Installed,');
    await button(page, 'Use').click();
    await user.openSettings();
    await expect(user.settings.getByRole('button', { name: blurry, exact: true })).toBeEnabled();
    await expect(user.field('Negative prompt')).toHaveAccessibleDescription(/Add, in Models/);

    await openModels(page);
    await expect(tiny).toContainText('Can be added: negative prompts of your own.');
    const chooser = page.waitForEvent('filechooser');
    await button(page, 'Add').click();
    await (await chooser).setFiles(checkpoint);
    await expect(tiny).toContainText('It is installed already.');
    await expect(button(page, 'Install')).toBeDisabled();
    await expect(ownNegatives(page)).toHaveAccessibleDescription(
      /one a line.*pass through and .* are kept.*first 7 tokens/,
    );
    await page.setViewportSize({ width: 320, height: 640 });
    await ownNegatives(page).focus();
    await page.keyboard.type(`${blurry}\n dull `);
    await expect(tiny).toContainText(`The model holds this already: “${blurry}”.`);
    await expect(tiny).toContainText('pass through, and');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await expect(button(page, 'Install')).toBeFocused();
    await page.keyboard.press('Enter');
    await page.setViewportSize({ width: 1280, height: 800 });
    await button(page, 'Use what was added').click();
    await expect(tiny).toContainText('Installed,');
    expect(await hashesBelow(page, 'models')).toEqual(await hashesIn(terminal));

    await user.openSettings();
    await user.settings.getByRole('button', { name: 'dull', exact: true }).click();
    await user.number('CFG scale').fill('3');
    await user.number('Steps').fill('2');
    await user.ask('draw a red car');
    await expect(user.picture).toHaveAttribute('data-state', 'done');
    expect((await readSaved((await user.save()).bytes)).recipe.negative).toBe('dull');
  } finally {
    await rm(folder, { recursive: true });
  }
});
