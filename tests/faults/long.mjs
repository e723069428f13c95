/**
 * `npm run test:long`: the faults of storage in full measure, and every surface in all its looks. Arguments go on to Playwright.
 * Where the faults fall is another each time; the tests' titles name the seed, and `FAULT_SEED` repeats it.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folderOf = (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
const runs = [
  [join(folderOf('vitest'), 'vitest.mjs'), 'run', 'tests/faults'],
  [join(folderOf('@playwright/test'), 'cli.js'), 'test', 'tests/faults', 'accessibility', ...process.argv.slice(2)],
];
const env = { FAULT_SEED: String(Date.now() % 1e6), ...process.env, TEST_LONG: '1' };
const failed = runs.filter((run) => spawnSync(process.execPath, run, { stdio: 'inherit', env }).status !== 0);
process.exitCode = failed.length === 0 ? 0 : 1;
