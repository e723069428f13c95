/** Lists the files of the built page in front of its service worker, and gives them one version, which the page knows too. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Plugin } from 'vite';
import type { Release } from '../../workers/service-worker/protocol.ts';

const script = 'sw.js';
const index = 'index.html';
/** What is never answered from what is kept: the host's own, and the service worker itself. */
const left = new Set([script, '_headers', 'models/index.json']);
/** A browser needs one of the runtimes; the icons are the system's when the page is installed; texts are read by few. */
const isOnUse = (path: string) =>
  /^(models\/|icons\/|upscaler\/|assets\/ort[.-].*(wasm|bundle)|LICENSE|NOTICE)/.test(path);

export function release(): Plugin {
  return {
    name: 'release',
    apply: 'build',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir }) {
        if (dir !== undefined) await writeRelease(dir);
      },
    },
  };
}

/** @param folder of the built page; one that is listed already is listed anew */
export async function writeRelease(folder: string): Promise<Release> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length))
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !left.has(path))
    .sort();
  const hashes = new Map<string, string>();
  await writeFile(join(folder, index), withVersion(await readFile(join(folder, index), 'utf8'), ''));
  for (const path of paths) hashes.set(path, sha256(await readFile(join(folder, path))));
  const version = sha256([...hashes].flat().join('\n')).slice(0, 16);
  const page = withVersion(await readFile(join(folder, index), 'utf8'), version);
  await writeFile(join(folder, index), page);
  hashes.set(index, sha256(page));
  const listed = (onUse: boolean) => Object.fromEntries([...hashes].filter(([path]) => isOnUse(path) === onUse));
  const made: Release = { version, app: listed(false), onUse: listed(true) };
  const code = (await readFile(join(folder, script), 'utf8')).replace(/^self\.release=.*\n/, '');
  await writeFile(join(folder, script), `self.release=${JSON.stringify(made)};\n${code}`);
  return made;
}

function withVersion(page: string, version: string): string {
  const place = /(<meta name="version" content=")[^"]*(")/;
  if (!place.test(page)) throw new Error(`${index} has no meta element for its version`);
  return page.replace(place, `$1${version}$2`);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
