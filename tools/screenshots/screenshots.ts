/**
 * `npm run screenshots`: takes the pictures of docs/ anew, of the page as it is built, with the model that it ships with; and one of
 * each surface on desktop and phone, by day and by night, into .cache/screenshots.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ChromePage, openChrome } from '../../cli/chrome.ts';
import { buildPage } from '../../cli/page-build.ts';
import { listenOnFreePort, serveFolders } from '../../cli/static-server.ts';
import { shootSurfaces } from './surfaces.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

/** Of every surface, to be looked at; they are not kept in the project. */
const looked = fileURLToPath(new URL('../../.cache/screenshots/', import.meta.url));

const screens = [
  { file: 'screenshot-desktop.png', viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1, surfaces: looked },
  { file: 'screenshot-phone.png', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, surfaces: null },
] as const;

/** The same one gives the same pictures. */
const seed = '7';

const said = ['draw a red car next to a tree on the beach', 'make it night', 'what is in the picture?'];

/** Holds the conversation in a window of its own, and takes its picture at the end. */
async function shoot(chrome: ChromePage, { file, surfaces, ...window }: (typeof screens)[number]): Promise<void> {
  await chrome.ask(async (first) => {
    const context = await first.context().browser()?.newContext(window);
    const page = await context?.newPage();
    if (context === undefined || page === undefined) throw new Error('Chrome opens no second window');
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await page.goto(first.url());
    await button('Settings').click();
    await page.getByRole('textbox', { name: 'Seed', exact: true }).fill(seed);
    await page.getByRole('checkbox', { name: 'Lock seed' }).check();
    await button('Close settings').click();
    for (const [index, sentence] of said.entries()) {
      await page.getByRole('textbox', { name: 'Message' }).fill(sentence);
      await button('Send').click();
      await page.getByRole('article', { name: 'Nexus-Gen' }).nth(index).waitFor();
      await button('Stop').waitFor({ state: 'detached', timeout: 0 });
    }
    await page.screenshot({ path: `${docs}${file}`, animations: 'disabled' });
    if (surfaces !== null) await shootSurfaces(page, surfaces);
    await context.close();
  });
}

await mkdir(looked, { recursive: true });
const page = await buildPage();
const server = await listenOnFreePort(serveFolders([{ prefix: '/', ...page }]), 4173);
const chrome = await openChrome(`http://localhost:${server.port}/?device=wasm`);
try {
  for (const screen of screens) await shoot(chrome, screen);
} finally {
  await chrome.close();
  await server.close();
}
