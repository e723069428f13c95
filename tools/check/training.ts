/** What Python there is for training/: its linter and its tests. */
import { execute } from './execute.ts';
import { endedWith, type Outcome, type Step } from './outcome.ts';

/** Every module that the tests import; a Python without one of them has no training to test. */
const needed = 'import numpy, onnx, onnxruntime, PIL, safetensors, tokenizers, torch, transformers';

const absent = 'Python 3 with the packages of training/requirements.txt is not here: nothing was run';

export function trainingSteps(): Step[] {
  return [
    { name: 'lint of training', run: () => withPython(['-c', 'import ruff'], lint) },
    { name: 'tests of training', run: () => withPython(['-c', needed], unitTests) },
  ];
}

/** Nothing is counted where this machine has no Python for it, unless `TRAINING=required` says that it must have. */
async function withPython(probe: readonly string[], work: () => Promise<Outcome>): Promise<Outcome> {
  const found = await execute('python3', probe, 'read').catch(() => null);
  if (found?.code === 0) return work();
  process.stdout.write(`${absent}\n`);
  return { passed: 0, failures: process.env.TRAINING === 'required' ? [absent] : [] };
}

async function lint(): Promise<Outcome> {
  const { code } = await execute('python3', ['-m', 'ruff', 'check', 'training']);
  return endedWith(code, { passed: code === 0 ? 1 : 0, failures: [] });
}

/** The tests say on stderr how each went, and on stdout which failed and how many there were. */
async function unitTests(): Promise<Outcome> {
  const { code, stdout } = await execute('python3', ['training/tests/count.py'], 'read');
  const [, passed] = /(\d+) passed, \d+ failed\s*$/.exec(stdout) ?? [];
  if (passed === undefined) return { passed: 0, failures: [`they were not counted; exit code ${code}`] };
  const failures = [...stdout.matchAll(/^FAILED (.*)$/gm)].map(([, name = '']) => name);
  return endedWith(code, { passed: Number(passed), failures });
}
