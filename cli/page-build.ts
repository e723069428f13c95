/** The page as it is shipped: the build, and the headers that go with it. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { headersFor, parseHeaders } from './headers-file.ts';
import { unfinishedEnding } from './leftovers.ts';
import type { StaticSite } from './static-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Builds the page where its build is missing or older than its sources. */
export async function buildPage(): Promise<Omit<StaticSite, 'prefix'>> {
  if (await isStale()) {
    await buildInPlaceOf(dist, (outDir) => build({ root, logLevel: 'warn', build: { outDir, emptyOutDir: true } }));
  }
  const rules = parseHeaders(await readFile(join(dist, '_headers'), 'utf8'));
  return { folder: dist, headers: (path) => headersFor(rules, path) };
}

/** A build takes minutes at most: what has not been touched for so long was left by one that was killed. */
const untouchedMs = 3_600_000;

/**
 * Builds beside a folder and then takes its place: what is there is a whole build at any moment, also where this one is killed
 * or another one runs at the same time.
 */
export async function buildInPlaceOf(
  folder: string,
  make: (folder: string) => Promise<unknown>,
  left = { untouchedMs },
): Promise<void> {
  await sweep(folder, left.untouchedMs);
  const unfinished = unfinishedOf(folder);
  try {
    await make(unfinished);
    await takePlace(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function unfinishedOf(folder: string): string {
  return `${folder}.${randomUUID()}${unfinishedEnding}`;
}

/** A folder that is not empty cannot be replaced in one step: the one before is moved aside first. */
async function takePlace(made: string, folder: string): Promise<void> {
  for (;;) {
    const aside = unfinishedOf(folder);
    await rename(folder, aside).catch(unless('ENOENT'));
    try {
      return await rename(made, folder);
    } catch (error) {
      // Another build came in between.
      unless('ENOTEMPTY', 'EEXIST')(error);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }
}

function unless(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code)))) throw error;
  };
}

async function sweep(folder: string, untouched: number): Promise<void> {
  const names = (await readdir(dirname(folder))).filter(
    (name) => name.startsWith(`${basename(folder)}.`) && name.endsWith(unfinishedEnding),
  );
  for (const name of names) {
    const path = join(dirname(folder), name);
    const status = await stat(path).catch(() => undefined);
    if (status !== undefined && Date.now() - status.mtimeMs >= untouched)
      await rm(path, { recursive: true, force: true });
  }
}

/** What the page is built from. */
const inputs = [
  ...['index.html', 'package.json', 'package-lock.json', 'vite.config.ts', 'tools/build', 'LICENSE', 'NOTICE'],
  ...['model', 'words', 'workers', 'session', 'src', 'public'],
];

async function isStale(): Promise<boolean> {
  const built = await stat(join(dist, 'index.html')).catch(() => undefined);
  if (built === undefined) return true;
  for (const input of inputs) if ((await newest(join(root, input))) > built.mtimeMs) return true;
  return false;
}

async function newest(path: string): Promise<number> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  const names = await readdir(path);
  const times = await Promise.all(names.map((name) => newest(join(path, name))));
  return Math.max(status.mtimeMs, ...times);
}
