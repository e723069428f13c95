/** The page as it is built. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, createLogger, type Rolldown } from 'vite';
import { beforeAll, expect, test } from 'vitest';
import { parseHeaders } from '../../cli/headers-file.ts';
import config from '../../vite.config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const warnings: string[] = [];
let files: Rolldown.RolldownOutput['output'] | undefined;

beforeAll(async () => {
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
