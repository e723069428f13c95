import { type Command, parseCommandLine, UsageError } from './command.ts';
import { ensureChrome } from './test/browser.ts';
import { type Count, goldenSteps, plainSteps, playwrightStep, type Step, unitStep } from './test/steps.ts';
import { verdictLine } from './verify/report.ts';

const usage = `nexus test        (npm test)

Format and lint, types, unit tests with the project's rules, golden cases on wasm and on WebGPU, browser tests.
"N passed, N failed" is the last line.

  GOLDEN_DIR    environment: the golden cases (default shared/golden next to the project, where it exists);
                tests/fixtures/golden is always judged too
  CHROME_PATH   environment: the Chrome or Chromium to use; else one is found or installed

Exit: 0 all passed, 1 any failed.`;

export const test: Command = {
  usage,
  async run(argv) {
    const { positionals } = parseCommandLine(argv, {});
    if (positionals.length > 0) throw new UsageError(`test does not take "${positionals[0]}"`);
    const chrome = await ensureChrome();
    const steps: readonly Step[] = [...plainSteps(), unitStep(), ...goldenSteps(), playwrightStep(chrome)];
    const counts: Count[] = [];
    for (const step of steps) {
      process.stdout.write(`\n— ${step.name}\n`);
      const started = performance.now();
      const count = await step.run();
      counts.push(count);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`— ${step.name}: ${verdictLine(count.passed, count.failed)} (${seconds} s)\n`);
    }
    const passed = counts.reduce((total, count) => total + count.passed, 0);
    const failed = counts.reduce((total, count) => total + count.failed, 0);
    process.stdout.write(`\n${verdictLine(passed, failed)}\n`);
    return failed === 0 ? 0 : 1;
  },
};
