/** A converted model of which one bit was flipped: found before it is used, and that file alone is made again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { drawingCheckpoint } from '../helpers/drawing-checkpoint.ts';
import { hashesBelow, hashesIn, tinyFolder } from '../helpers/file-hashes.ts';
import { button, carOf, list, openFolder, openModels, region } from '../helpers/models-region.ts';
import { writeFiles } from '../helpers/write-files.ts';
import { expect, test } from './test.ts';

/** One of each kind. */
const kinds = [
  ['weights of the language side', 'transformer-1.bin'],
  ['weights of a decoder', 'generation_flux-1.bin'],
  ['a graph', 'flux_single_block.float32.onnx'],
  ['the tokenizer', 'tokenizer.json'],
  ['constants', 'constants-1.bin'],
  ['the negative branch', 'negative_text.safetensors'],
  ['the description', 'bundle.json'],
] as const;

/** Flips a bit in the middle of the file. */
function flip(page: Page, name: string): Promise<void> {
  return page.evaluate(async (path) => {
    const models = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
    for await (const folder of models.values()) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      const handle = await folder.getFileHandle(path);
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      const position = bytes.length >> 1;
      const writing = await handle.createWritable({ keepExistingData: true });
      await writing.write({ type: 'write', position, data: new Uint8Array([(bytes[position] ?? 0) ^ 1]) });
      await writing.close();
    }
  }, name);
}

/** When each file but the library's own log was last written. */
function written(page: Page): Promise<Readonly<Record<string, number>>> {
  return page.evaluate(async () => {
    const times: Record<string, number> = {};
    const models = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
    for await (const folder of models.values()) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      for await (const [name, handle] of folder.entries())
        if (handle instanceof FileSystemFileHandle && name !== 'library.log')
          times[name] = (await handle.getFile()).lastModified;
    }
    return times;
  });
}

test('one flipped bit in each kind of file of a converted model: found before it is used, repaired alone', async ({
  user,
  page,
}) => {
  const checkpoint = await mkdtemp(join(tmpdir(), 'nexus-gen-checkpoint-'));
  try {
    await writeFiles(checkpoint, drawingCheckpoint());
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
    await user.open('/?device=wasm');
    const fromTerminal = await carOf(user);
    await openModels(page);
    await openFolder(page, checkpoint);
    const tiny = region(page).getByRole('article', { name: 'Tiny', exact: true });
    await button(page, 'Install').click();
    await expect(tiny).toContainText('Installed');
    await expect(list(page).getByRole('option', { name: 'Tiny (this device)' })).toHaveCount(1);
    const whole = await hashesIn(tinyFolder);
    expect(await hashesBelow(page, 'models')).toEqual(whole);

    for (const [kind, name] of kinds) {
      await test.step(kind, async () => {
        await flip(page, name);
        const before = await written(page);
        await button(page, 'Verify').click();
        await expect(region(page).getByRole('alert'), kind).toBeVisible();
        await expect(tiny).toContainText('Damaged');
        await expect(button(page, 'Use')).toHaveCount(0);
        await expect(list(page).getByRole('option', { name: 'Tiny (this device)' })).toHaveCount(0);
        await button(page, 'Repair').click();
        await expect(tiny).toContainText('Installed');
        await button(page, 'Verify').click();
        await expect(tiny).toContainText('Verified');
        await expect(region(page).getByRole('alert')).toHaveCount(0);
        expect(await hashesBelow(page, 'models'), kind).toEqual(whole);
        const after = await written(page);
        expect(
          Object.keys(after).filter((path) => after[path] !== before[path]),
          kind,
        ).toEqual([name]);
      });
    }
    await button(page, 'Use').click();
    await expect(button(page, 'Use')).toHaveCount(0);
    expect(await carOf(user)).toBe(fromTerminal);
  } finally {
    await rm(checkpoint, { recursive: true });
  }
});
