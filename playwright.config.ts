import { defineConfig } from '@playwright/test';
import { chromeFlags, findChrome, softwareFlags } from './cli/chrome.ts';
import { port } from './tests/browser/addresses.ts';

const executablePath = await findChrome();

/** No other host can be reached, whatever the page would try. */
const closedNetwork = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost'];

/**
 * Real WebGPU, on the software adapter so that every machine computes alike. As many files at a time as half of its cores: a page's
 * threads and its workers' keep the other half busy.
 */
export default defineConfig({
  testDir: 'tests',
  testMatch: ['browser/**/*.spec.ts', 'faults/**/*.spec.ts'],
  outputDir: 'test-results',
  timeout: 600_000,
  expect: { timeout: 180_000 },
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: {
    actionTimeout: 180_000,
    // The page without what an earlier visit has left; specs of what is kept let it be.
    serviceWorkers: 'block',
    // What moves is drawn by the processor here, and takes a third of it from the models; drawing.spec lets it move.
    contextOptions: { reducedMotion: 'reduce' },
    baseURL: `http://localhost:${port}/`,
    launchOptions: {
      args: [...chromeFlags(), ...softwareFlags, ...closedNetwork],
      ...(executablePath === undefined ? {} : { executablePath }),
    },
  },
  webServer: {
    command: 'node --import tsx tests/browser/site.ts',
    url: `http://localhost:${port}/models/index.json`,
    reuseExistingServer: false,
    timeout: 300_000,
  },
});
