/** The forms of Models, opened one after the other as a person comes to them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { PageLanguage } from '../../words/words.ts';
import { drawingCheckpoint } from './drawing-checkpoint.ts';
import { tinyFolder } from './file-hashes.ts';
import type { Look } from './surfaces.ts';
import { words } from './words.ts';

/** Has the dialog for a folder answer with `given` where it is only read, else with `picked`: folders of the private file system. */
export async function standInForFolders(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.assign(globalThis, {
      async showDirectoryPicker({ mode }: { readonly mode: string }) {
        const root = await navigator.storage.getDirectory();
        return root.getDirectoryHandle(mode === 'read' ? 'given' : 'picked', { create: true });
      },
    });
  });
}

/** The time in which a deletion can be undone does not end: whoever looks at the page may be slower. */
export async function keepDeletionsUndoable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { setTimeout } = globalThis;
    const later = (work: () => void, ms?: number, ...given: []) =>
      setTimeout(work, ms === 8000 ? 2 ** 31 - 1 : ms, ...given);
    Object.assign(globalThis, { setTimeout: later });
  });
}

/** The tests' model, under a licence. */
async function licensedModel(): Promise<readonly (readonly [string, Uint8Array])[]> {
  const described = JSON.parse(await readFile(join(tinyFolder, 'bundle.json'), 'utf8'));
  const { checksum: _, ...manifest } = { ...described, licences: ['CC0'] };
  const description = new TextEncoder().encode(JSON.stringify(manifest));
  const names = await readdir(tinyFolder);
  const bytesOf = (name: string) => (name === 'bundle.json' ? description : readFile(join(tinyFolder, name)));
  return Promise.all(names.map(async (name) => [name, await bytesOf(name)] as const));
}

/** Puts files into the folder `given`. */
async function give(page: Page, files: Iterable<readonly [string, Uint8Array]>): Promise<void> {
  const given = Array.from(files, ([path, bytes]) => [path, Buffer.from(bytes).toString('base64')] as const);
  await page.evaluate(async (encoded) => {
    const root = await navigator.storage.getDirectory();
    for (const [path, base64] of encoded) {
      const names = ['given', ...path.split('/')];
      const name = names.pop() ?? '';
      let folder = root;
      for (const inner of names) folder = await folder.getDirectoryHandle(inner, { create: true });
      const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await file.write(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
      await file.close();
    }
  }, given);
}

/** @param page at Models, with nothing installed, of which `standInForFolders` and `keepDeletionsUndoable` were told before it opened */
export async function openModelForms(page: Page, language: PageLanguage, look: Look): Promise<void> {
  const said = words[language].page.models;
  const region = page.getByRole('region', { name: said.models, exact: true });
  const model = region.getByRole('article', { name: 'Tiny', exact: true });
  const button = (name: string) => region.getByRole('button', { name, exact: true });
  await give(page, drawingCheckpoint());
  await button(said.openFolder).click();
  await model.getByRole('textbox', { name: said.ownNegatives.label, exact: true }).fill('1\n2');
  await look('a model that is converted, and words that are added to it');
  await button(said.leave).click();
  await give(page, await licensedModel());
  await button(said.addAddress).click();
  await region.getByRole('textbox', { name: said.address, exact: true }).fill('http://models.test/');
  await button(said.look).click();
  await expect(region.getByRole('alert')).toBeVisible();
  await look('a model at an address, and one that cannot be asked');
  await button(said.openFolder).click();
  await expect(model.getByRole('table', { name: said.plan, exact: true })).toBeVisible();
  await button(said.addOfficial).click();
  await look('the official files, and a model with its licence and its plan');
  await model.getByRole('checkbox', { name: said.accept, exact: true }).check();
  await button(said.install).click();
  await button(said.move).click();
  await expect(button(said.chooseFolder)).toBeVisible();
  await look('an installed model that is to be moved');
  await button(said.chooseFolder).click();
  await expect(model).toContainText('tiny-');
  await button(said.move).click();
  await expect(button(said.bringBack)).toBeVisible();
  await look('a model in a folder that is to be moved back');
  await button(said.delete).click();
  await expect(button(said.undo)).toBeVisible();
  await look('a model that is being deleted');
  await button(said.undo).click();
  await expect(button(said.delete)).toBeVisible();
}
