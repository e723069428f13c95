/** `npm run test:long`: the faults of storage in full measure. Arguments go on to Playwright. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const playwright = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
const { status } = spawnSync(process.execPath, [playwright, 'test', 'tests/faults', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TEST_LONG: '1' },
});
process.exitCode = status ?? 1;
