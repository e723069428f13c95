/** Bundles of a person's own beside those that the page ships with: what `npm start -- --bundle DIR` serves. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { checkManifest, manifestFile } from '../model/bundle/manifest.ts';
import { nodeSha256 } from './bundle-sink.ts';
import { openFolder, requireBundle } from './files.ts';
import type { StaticSite } from './static-server.ts';

const models = '/models/';
const listFile = 'index.json';

const listSchema = z.object({
  bundles: z.array(z.looseObject({ id: z.string(), name: z.string(), base: z.string() })),
});

/**
 * The sites that stand in front of the page's own: a folder for each bundle, and the list Model with all of them.
 *
 * @param scratch a folder that is this run's own
 * @throws what opening bundle.json finds
 */
export async function servedBundles(
  page: Omit<StaticSite, 'prefix'>,
  directories: readonly string[],
  scratch: string,
): Promise<readonly StaticSite[]> {
  const shipped = listSchema.parse(JSON.parse(await readFile(join(page.folder, models, listFile), 'utf8')));
  const bundles = [...shipped.bundles];
  const sites: StaticSite[] = [];
  for (const directory of directories) {
    await requireBundle(directory);
    const folder = resolve(directory);
    const source = await openFolder(folder).open(manifestFile);
    const bytes = await source.read(0, source.size);
    const { id: own, name } = checkManifest(bytes, nodeSha256);
    const id = freeId(own, new Set(bundles.map((bundle) => bundle.id)));
    const base = `served-${sites.length + 1}/`;
    const hash = nodeSha256();
    hash.update(bytes);
    bundles.push({ id, name: id === own ? name : `${name} (${directory})`, base, sha256: hash.digest() });
    sites.push({ prefix: `${models}${base}`, folder, links: 'followed', headers: page.headers });
  }
  await writeFile(join(scratch, listFile), JSON.stringify({ bundles }));
  return [{ prefix: `${models}${listFile}`, folder: scratch, index: listFile, headers: page.headers }, ...sites];
}

/** Two copies of one model are two entries. */
function freeId(id: string, taken: ReadonlySet<string>): string {
  let free = id;
  for (let number = 2; taken.has(free); number += 1) free = `${id}-${number}`;
  return free;
}
