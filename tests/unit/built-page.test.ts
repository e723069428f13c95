/** The page as it is built. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build, createLogger, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseHeaders } from '../../cli/headers-file.ts';
import config from '../../vite.config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const warnings: string[] = [];
let files: Rolldown.RolldownOutput['output'] | undefined;

beforeAll(async () => {
  // As it is published: libraries have a larger build for tests.
  vi.stubEnv('NODE_ENV', 'production');
  const logger = createLogger('warn');
  const keep = (message: string) => void warnings.push(message);
  const customLogger = { ...logger, warn: keep, warnOnce: keep };
  const built = await build({
    ...config,
    configFile: false,
    root,
    customLogger,
    // How long a plugin took is about the machine, not about the page.
    build: { ...config.build, write: false, rolldownOptions: { checks: { pluginTimings: false } } },
  });
  if (Array.isArray(built) || !('output' in built)) throw new Error('more than one build');
  files = built.output;
}, 180_000);
afterAll(() => vi.unstubAllEnvs());

test('nothing is warned of', () => {
  expect(warnings).toEqual([]);
});

test('the service worker is one classic script of an unchanging name, with the headers of _headers in it', async () => {
  const script = files?.find(({ fileName }) => fileName === 'sw.js');
  if (script?.type !== 'chunk') throw new Error('sw.js was not built');
  expect([script.imports, script.dynamicImports, script.exports]).toEqual([[], [], []]);
  const [rule] = parseHeaders(await readFile(`${root}/public/_headers`, 'utf8'));
  const entries = Object.entries(rule?.headers ?? {});
  expect(entries.length).toBeGreaterThan(5);
  for (const [name, value] of entries) {
    expect(script.code).toContain(name);
    expect(script.code).toContain(value);
  }
});

test('what the page is before any part of it is opened takes 180 KB of compressed script at most, in either language', () => {
  for (const words of ['words/en/english.ts', 'words/zh/chinese.ts']) {
    const first = fetchedWith('src/entry.ts', 'src/main.tsx', words);
    expect(first.length).toBeGreaterThan(3);
    const bytes = first.reduce((sum, { code }) => sum + brotliCompressSync(code).length, 0);
    expect(bytes, words).toBeLessThanOrEqual(180 * 1024);
    expect(bytes, words).toBeGreaterThan(50 * 1024);
  }
});

test('a page is read in one language without the words of another', () => {
  const modules = (...begun: string[]) =>
    fetchedWith('src/entry.ts', 'src/main.tsx', ...begun).flatMap(({ moduleIds }) => moduleIds);
  const of = (language: string) => (path: string) => path.includes(`/words/${language}/`);
  expect(modules().filter((path) => of('en')(path) || of('zh')(path))).toEqual([]);
  expect(modules('words/en/english.ts').filter(of('en')).length).toBeGreaterThan(10);
  expect(modules('words/en/english.ts').filter(of('zh'))).toEqual([]);
  expect(modules('words/zh/chinese.ts').filter(of('zh')).length).toBeGreaterThan(10);
  expect(modules('words/zh/chinese.ts').filter(of('en'))).toEqual([]);
});

/** The scripts that a browser fetches to begin with these modules. */
function fetchedWith(...begun: readonly string[]): readonly Rolldown.OutputChunk[] {
  const chunks = files?.filter((file) => file.type === 'chunk') ?? [];
  const fetched = new Set<Rolldown.OutputChunk>();
  const add = (chunk: Rolldown.OutputChunk | undefined): void => {
    if (chunk === undefined || fetched.has(chunk)) return;
    fetched.add(chunk);
    for (const imported of chunk.imports) add(chunks.find(({ fileName }) => fileName === imported));
  };
  for (const module of begun) add(chunks.find((chunk) => chunk.moduleIds.some((path) => path.endsWith(`/${module}`))));
  return [...fetched];
}
