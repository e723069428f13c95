import { expect, test } from 'vitest';
import { endedWith } from '../../tools/check/outcome.ts';
import { playwrightOutcome, vitestOutcome } from '../../tools/check/reports.ts';

const red = (words: string) => `\u001b[31m${words}\u001b[39m`;

test('unit tests that failed are named by file and title with the first line of why, and so are files that did not load', () => {
  const passed = { fullName: 'keeps a message', status: 'passed', failureMessages: [] };
  const report = {
    numPassedTests: 2,
    testResults: [
      { name: '/project/tests/unit/a.test.ts', status: 'passed', message: '', assertionResults: [passed] },
      {
        name: '/project/tests/unit/b.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          passed,
          {
            fullName: 'reading refuses',
            status: 'failed',
            failureMessages: [`${red('Error: 1')} is not 2\n    at b.ts`],
          },
        ],
      },
      { name: '/project/tests/unit/c.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      { name: '/project/tests/unit/d.test.ts', status: 'failed', message: 'its hook', assertionResults: [passed] },
    ],
  };
  expect(vitestOutcome(report, '/project')).toEqual({
    passed: 2,
    failures: [
      'tests/unit/b.test.ts › reading refuses: Error: 1 is not 2',
      'tests/unit/c.test.ts: no such module',
      'tests/unit/d.test.ts: its hook',
    ],
  });
});

test('browser tests that failed are named, those too that passed when run again; skipped ones are not counted', () => {
  const spec = (title: string, status: string, ...errors: readonly (string | null)[]) => ({
    title,
    file: 'chat.spec.ts',
    tests: [{ status, results: errors.map((message) => (message === null ? {} : { error: { message } })) }],
  });
  const report = {
    suites: [
      {
        specs: [spec('draws', 'expected', null), spec('is not here', 'skipped')],
        suites: [
          { specs: [spec('edits', 'unexpected', `${red('Timed out')}\nlog`), spec('asks', 'flaky', 'lost', null)] },
        ],
      },
    ],
    errors: [{ message: 'the server ended' }],
  };
  expect(playwrightOutcome(report)).toEqual({
    passed: 1,
    failures: [
      'chat.spec.ts › edits: Timed out',
      'chat.spec.ts › asks: lost',
      'outside of every test: the server ended',
    ],
  });
});

test('a runner that ends badly has failed, whatever it reported', () => {
  expect(endedWith(0, { passed: 3, failures: [] })).toEqual({ passed: 3, failures: [] });
  expect(endedWith(1, { passed: 3, failures: [] })).toEqual({ passed: 3, failures: ['it ended with exit code 1'] });
  expect(endedWith(1, { passed: 3, failures: ['a'] })).toEqual({ passed: 3, failures: ['a'] });
});
