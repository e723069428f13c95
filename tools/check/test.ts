import { parseCommandLine, UsageError } from '../../cli/command.ts';
import { verdictLine } from '../parity/report.ts';
import type { Step } from './outcome.ts';
import { browserStep, checkSteps, paritySteps, unitStep } from './steps.ts';
import { trainingSteps } from './training.ts';

const usage = `npm test [-- PART…]

Format and lint, types (check), unit tests with the project's rules (unit), lint and tests of training/ where there is a
Python for them (training), golden cases on wasm and on WebGPU (parity), browser tests (browser): all of them, or the parts named. What failed is told once more at the end; "N passed, N failed" is the last line. Nothing is installed.

  GOLDEN_DIR    environment: the golden cases (default shared/golden next to the project, where it exists);
                tests/fixtures/golden is always judged too
  CHROME_PATH   environment: the Chrome or Chromium to use; else one is found
  TRAINING      environment: "required" fails where there is no Python for training/, which else counts as nothing

Exit: 0 all passed, 1 any failed, 2 wrong usage.`;

const parts: Readonly<Record<string, () => Promise<readonly Step[]>>> = {
  check: async () => checkSteps(),
  unit: async () => [unitStep()],
  training: async () => trainingSteps(),
  parity: paritySteps,
  browser: async () => [await browserStep()],
};

/**
 * Runs the parts that are named, all where none is; answers with the exit code.
 *
 * @throws NO_CHROME before anything runs, where a part needs a browser and there is none
 */
export async function test(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const steps = await stepsOf(parseCommandLine(argv, {}).positionals);
  let passed = 0;
  const failures: string[] = [];
  for (const step of steps) {
    process.stdout.write(`\n— ${step.name}\n`);
    const started = performance.now();
    const outcome = await step.run();
    passed += outcome.passed;
    failures.push(...outcome.failures.map((failure) => `FAILED ${step.name}: ${failure}`));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const verdict = verdictLine(outcome.passed, outcome.failures.length);
    process.stdout.write(`— ${step.name}: ${verdict} (${seconds} s)\n`);
  }
  // Thousands of lines lie between a failure and the end; often only the end is read.
  process.stdout.write(`\n${failures.map((failure) => `${failure}\n`).join('')}`);
  process.stdout.write(`${verdictLine(passed, failures.length)}\n`);
  return failures.length === 0 ? 0 : 1;
}

async function stepsOf(named: readonly string[]): Promise<readonly Step[]> {
  const chosen = named.length === 0 ? Object.keys(parts) : named;
  const steps = chosen.map((name) => {
    const part = parts[name];
    if (part === undefined)
      throw new UsageError(`there is no part ${name}; the parts are ${Object.keys(parts).join(', ')}`);
    return part();
  });
  return (await Promise.all(steps)).flat();
}
