/** A process that dies without a chance to tidy up. */
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';

/** Runs this module's source in a process of its own, which is killed when it has come to its end. */
export function runKilled(source: string): void {
  const dying = `${source}; process.kill(process.pid, 'SIGKILL');`;
  const node = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', dying]);
  expect(node.signal, String(node.stderr)).toBe('SIGKILL');
}
