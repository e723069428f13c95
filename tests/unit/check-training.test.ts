import { afterEach, expect, test, vi } from 'vitest';
import { trainingSteps } from '../../tools/check/training.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('without a Python for training nothing is counted, and where it is required that is a failure', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const counts = async () => Promise.all(trainingSteps().map((step) => step.run()));
  vi.stubEnv('TRAINING', '');
  expect(await counts()).toEqual([
    { passed: 0, failures: [] },
    { passed: 0, failures: [] },
  ]);
  vi.stubEnv('TRAINING', 'required');
  expect(await counts()).toEqual([
    { passed: 0, failures: [expect.stringContaining('Python 3')] },
    { passed: 0, failures: [expect.stringContaining('Python 3')] },
  ]);
});
