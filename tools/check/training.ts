/** What Python there is for training/: its linter and its tests. */
import { execute } from './execute.ts';
import type { Count, Step } from './steps.ts';

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
async function withPython(probe: readonly string[], work: () => Promise<Count>): Promise<Count> {
  const found = await execute('python3', probe, 'read').catch(() => null);
  if (found?.code === 0) return work();
  process.stdout.write(`${absent}\n`);
  return { passed: 0, failed: process.env.TRAINING === 'required' ? 1 : 0 };
}

async function lint(): Promise<Count> {
  const { code } = await execute('python3', ['-m', 'ruff', 'check', 'training']);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** The tests say on stderr how each went, and on stdout how many there were. */
async function unitTests(): Promise<Count> {
  const { code, stdout } = await execute('python3', ['training/tests/count.py'], 'read');
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(stdout) ?? [];
  if (passed === undefined || failed === undefined) return { passed: 0, failed: 1 };
  return { passed: Number(passed), failed: code === 0 ? Number(failed) : Math.max(1, Number(failed)) };
}
