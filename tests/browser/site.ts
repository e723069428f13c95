/**
 * The page as the browser tests see it: the build that is shipped, with models of the tests' own in place of those it
 * ships with; once with the headers, and once under a sub-path as a host serves it that can send none. And the build as it is.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { openSink } from '../../cli/bundle-sink.ts';
import { buildPage } from '../../cli/page-build.ts';
import { listenOnFreePort, serveFolders } from '../../cli/static-server.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { type BundleName, bareFolder, bundleNames, headlessFolder, port, shippedFolder } from './addresses.ts';

const models = fileURLToPath(new URL('../../.cache/browser-models/', import.meta.url));

/** Each damages a copy of the whole bundle. */
const damages: Readonly<Record<Exclude<BundleName, 'tiny'>, (folder: string) => Promise<void>>> = {
  missing: (folder) => rm(join(folder, 'tokenizer.json')),
  short: (folder) => truncate(join(folder, 'transformer-1.bin'), 1000),
  changed: async (folder) => {
    const path = join(folder, 'vision_projector-1.bin');
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path, bytes);
  },
  lying: (folder) =>
    rewrite(
      folder,
      /("path":"constants-1\.bin"[^}]*"sha256":")[0-9a-f]{8}([^}]*"chunks":\[")[0-9a-f]{8}/,
      '$100000000$200000000',
    ),
  newer: (folder) => rewrite(folder, /"version":2\b/, '"version":99'),
  page: (folder) => writeFile(join(folder, 'bundle.json'), '<!doctype html><title>Sign in</title>'),
};

async function rewrite(folder: string, what: RegExp, by: string): Promise<void> {
  const path = join(folder, 'bundle.json');
  const text = await readFile(path, 'utf8');
  if (!what.test(text)) throw new Error(`${path} does not match ${what}`);
  // Without its checksum: these bundles are wrong from the beginning, not changed since.
  await writeFile(path, text.replace(what, by).replace(/,"checksum":"[0-9a-f]{64}"\}$/, '}'));
}

async function writeModels(): Promise<void> {
  await rm(models, { recursive: true, force: true });
  await mkdir(models, { recursive: true });
  const whole = join(models, 'tiny');
  await writeDrawingBundle(await openSink(whole));
  for (const [name, damage] of Object.entries(damages)) {
    const folder = join(models, name);
    await cp(whole, folder, { recursive: true });
    await damage(folder);
  }
  const hash = async (id: string) =>
    createHash('sha256')
      .update(await readFile(join(models, id, 'bundle.json')))
      .digest('hex');
  const bundles = [];
  for (const [id, name] of Object.entries(bundleNames)) {
    bundles.push({ id, name, base: `${id}/`, sha256: await hash(id) });
  }
  await writeFile(join(models, 'index.json'), JSON.stringify({ bundles }));
}

await writeModels();
const page = await buildPage();
const headless = fileURLToPath(new URL('../../.cache/headless/', import.meta.url));
const example = fileURLToPath(new URL('../../examples/headless/', import.meta.url));
await build({ root: example, logLevel: 'error', build: { outDir: headless } });
const bare = () => ({});
const sites = [
  // A host that ignores `_headers` may not even serve it.
  { prefix: `${bareFolder}_headers`, folder: `${models}none`, headers: bare },
  { prefix: `${bareFolder}models/`, folder: models, headers: bare },
  { prefix: bareFolder, folder: page.folder, headers: bare },
  { prefix: shippedFolder, ...page, headers: (path: string) => page.headers(path.replace(shippedFolder, '/')) },
  { prefix: headlessFolder, folder: headless, headers: bare },
  { prefix: '/models/', folder: models, headers: page.headers },
  { prefix: '/', ...page },
];
await listenOnFreePort(serveFolders(sites), port);
