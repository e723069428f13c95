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

test('what the page is before any part of it is opened takes 180 KB of compressed script at most', () => {
  const chunks = new Map(files?.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])));
  const main = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith('/src/main.tsx'));
  const first = new Set<string>();
  const add = (name: string): void => {
    if (first.has(name)) return;
    first.add(name);
    for (const imported of chunks.get(name)?.imports ?? []) add(imported);
  };
  add(main?.fileName ?? '');
  expect(first.size).toBeGreaterThan(1);
  const bytes = [...first].reduce((sum, name) => sum + brotliCompressSync(chunks.get(name)?.code ?? '').length, 0);
  expect(bytes).toBeLessThanOrEqual(180 * 1024);
  expect(bytes).toBeGreaterThan(50 * 1024);
});
