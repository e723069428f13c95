/** What the reports of the test runners say: how many tests passed, and where and how the others failed. */
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { Outcome } from './outcome.ts';

const vitestReport = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/** @param report vitest's `json` report, with absolute paths that are told from `folder` on */
export function vitestOutcome(report: unknown, folder: string): Outcome {
  const { numPassedTests, testResults } = vitestReport.parse(report);
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(folder, name);
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => line(`${file} › ${test.fullName}`, test.failureMessages?.[0]));
    // A file that does not load has no tests that could fail; one whose hook fails has only passed ones.
    return status === 'failed' && failed.length === 0 ? [line(file, message)] : failed;
  });
  return { passed: numPassedTests, failures };
}

const playwrightError = z.object({ message: z.string().optional() });
const playwrightTest = z.object({
  status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
  results: z.array(z.object({ error: playwrightError.optional() })),
});
const playwrightSuite = z.object({
  specs: z.array(z.object({ title: z.string(), file: z.string(), tests: z.array(playwrightTest) })),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});
const playwrightReport = z.object({
  suites: z.array(playwrightSuite),
  errors: z.array(playwrightError),
});

/** @param report playwright's `json` report. A test that passed only when it was run again has failed; a skipped one is not counted. */
export function playwrightOutcome(report: unknown): Outcome {
  const { suites, errors } = playwrightReport.parse(report);
  const tests = suites.flatMap(testsOf);
  const failures = tests
    .filter(({ status }) => status === 'unexpected' || status === 'flaky')
    .map(({ name, results }) => line(name, results.find(({ error }) => error !== undefined)?.error?.message));
  return {
    passed: tests.filter(({ status }) => status === 'expected').length,
    failures: [...failures, ...errors.map(({ message }) => line('outside of every test', message))],
  };
}

interface BrowserTest extends z.infer<typeof playwrightTest> {
  readonly name: string;
}

function testsOf(suite: z.infer<typeof playwrightSuite>): readonly BrowserTest[] {
  const own = suite.specs.flatMap(({ file, title, tests }) =>
    tests.map((test) => ({ ...test, name: `${file} › ${title}` })),
  );
  return [...own, ...(suite.suites ?? []).flatMap(testsOf)];
}

/** What failed and the first line of why, without the colours of a terminal. */
function line(what: string, message = ''): string {
  const [why = ''] = stripVTControlCharacters(message).trim().split('\n');
  return why === '' ? what : `${what}: ${why}`;
}
