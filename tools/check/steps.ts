import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findChrome } from '../../cli/chrome.ts';
import { fail } from '../../model/failure.ts';
import { execute, nodeProgram } from './execute.ts';
import { freePort } from './free-port.ts';
import { endedWith, type Outcome, type Step } from './outcome.ts';
import { playwrightOutcome, vitestOutcome } from './reports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rootProject = z.object({ references: z.array(z.object({ path: z.string() })) });

/** The compiler projects are those that the root names, so that an editor and this check see the same. */
function projects(): readonly string[] {
  const { references } = rootProject.parse(JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')));
  return references.map(({ path }) => basename(path));
}

/** Format, lint and the compiler projects: each is one check. */
export function checkSteps(): Step[] {
  const biome = () => nodeProgram('@biomejs/biome/bin/biome', ['check', '.']);
  const compile = (project: string) => nodeProgram('typescript/bin/tsc', ['-p', project, '--noEmit']);
  return [
    { name: 'format and lint', run: () => oneCheck(biome()) },
    ...projects().map((project) => ({ name: `types of ${project}`, run: () => oneCheck(compile(project)) })),
  ];
}

async function oneCheck(running: Promise<{ readonly code: number }>): Promise<Outcome> {
  const { code } = await running;
  return code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: ['what is said above'] };
}

export function unitStep(): Step {
  return {
    name: 'unit tests and rules',
    run: () =>
      withReport(async (file) => {
        const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
        const { code } = await nodeProgram('vitest/vitest.mjs', ['run', ...reporters]);
        return endedWith(code, vitestOutcome(JSON.parse(await readFile(file, 'utf8')), root));
      }),
  };
}

/** @throws NO_CHROME */
export async function browserStep(): Promise<Step> {
  const chrome = await requireChrome();
  return {
    name: 'browser tests',
    run: async () => {
      // Nothing to run counts as nothing: neither passed nor failed.
      if (!hasBrowserTests()) return { passed: 0, failures: [] };
      return withReport(async (file) => {
        const port = String(await freePort());
        const environment = { CHROME_PATH: chrome, PLAYWRIGHT_JSON_OUTPUT_FILE: file, BROWSER_TEST_PORT: port };
        const { code } = await nodeProgram('@playwright/test/cli.js', ['test', '--reporter=list,json'], environment);
        return endedWith(code, playwrightOutcome(JSON.parse(await readFile(file, 'utf8'))));
      });
    },
  };
}

function hasBrowserTests(): boolean {
  const folder = join(root, 'tests', 'browser');
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.spec.ts'));
}

const verifyReport = z.object({
  passed: z.number(),
  rows: z.array(z.looseObject({ ok: z.boolean() })),
});

/** Parity with the published model, on both devices.
 *
 * @throws NO_CHROME
 */
export async function paritySteps(): Promise<readonly Step[]> {
  await requireChrome();
  const chosen = process.env.GOLDEN_DIR ?? join(root, '..', 'shared', 'golden');
  const folders = [join(root, 'tests', 'fixtures', 'golden')];
  // A folder that was asked for and is not there fails as one without cases.
  if (process.env.GOLDEN_DIR !== undefined || existsSync(chosen)) folders.unshift(chosen);
  return ['wasm', 'webgpu'].flatMap((device) =>
    folders.map((folder, index) => ({
      name: `golden cases on ${device}, ${index === folders.length - 1 ? 'the copy in tests/fixtures' : 'GOLDEN_DIR'}`,
      run: async () => {
        const program = [join(root, 'cli', 'bin.mjs'), 'verify', folder, '--device', device, '--json'];
        const { code, stdout } = await execute(process.execPath, program, 'read');
        if (stdout === '') return { passed: 0, failures: ['nothing was judged'] };
        const { passed, rows } = verifyReport.parse(JSON.parse(stdout));
        return endedWith(code, { passed, failures: rows.filter((row) => !row.ok).map((row) => JSON.stringify(row)) });
      },
    })),
  );
}

async function requireChrome(): Promise<string> {
  return (await findChrome()) ?? fail('NO_CHROME', {});
}

async function withReport(work: (file: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-test-'));
  try {
    return await work(join(folder, 'report.json'));
  } catch (error) {
    return { passed: 0, failures: [error instanceof Error ? error.message : String(error)] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
