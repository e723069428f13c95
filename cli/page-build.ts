/** The page as it is shipped: the build, and the headers that go with it. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { headersFor, parseHeaders } from './headers-file.ts';
import type { StaticSite } from './static-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Builds the page where its build is missing or older than its sources. */
export async function buildPage(): Promise<Omit<StaticSite, 'prefix'>> {
  if (await isStale()) await build({ root, logLevel: 'warn' });
  const rules = parseHeaders(await readFile(join(dist, '_headers'), 'utf8'));
  return { folder: dist, headers: (path) => headersFor(rules, path) };
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
