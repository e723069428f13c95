/** The terminal's program as a shell starts it: closed pipes, the caller's folder, names that would act on the terminal. */
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { main } from '../../cli/nexus.ts';
import { sentenceLine } from '../../cli/say.ts';
import { failure } from '../../model/failure.ts';
import { watchTerminal } from '../helpers/terminal.ts';

// Each run starts a process, which a busy machine makes slow.
vi.setConfig({ testTimeout: 180_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'cli', 'bin.mjs');
const golden = join(root, 'tests', 'fixtures', 'golden');
const work = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-process-')));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const terminal = watchTerminal();

test.each([
  [['--help']],
  [['verify', golden, '--component', 'image-bounds', '--quiet']],
  [['chat', '--seed', '1', '--quiet']],
])('%j ends quietly, as by SIGPIPE, where nobody reads its answer any more', async (args) => {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdout.destroy();
  child.stdin.end('hello\n');
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, stderr]).toEqual([141, '']);
});

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...env, LC_ALL: 'C' } }, (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

test('npm run from another folder reads and writes in the caller’s folder', async () => {
  copyFileSync(join(root, 'package.json'), join(work, 'own.json'));
  const { PATH, HOME } = process.env;
  const args = ['--prefix', root, 'run', '--silent', 'nexus', '--', 'inspect', 'own.json'];
  const { stderr } = await run('npm', args, work, { PATH, HOME });
  // The file was found: it is what it holds that is refused.
  expect(stderr).toMatch(/^own\.json /);
  expect(stderr).not.toMatch(/ENOENT/);
});

test('an INIT_CWD of an npm further up means nothing to the program itself', async () => {
  writeFileSync(join(work, 'here.json'), '{}');
  const env = { ...process.env, INIT_CWD: root, npm_package_json: join(work, 'package.json') };
  const { stderr } = await run(process.execPath, [bin, 'inspect', 'here.json'], work, env);
  expect(stderr).not.toMatch(/ENOENT/);
});

test('names are shown escaped, in failures, usage and tables', async () => {
  const name = 'a\u001b[31m\nb\u202e.png';
  const shown = 'a\\x1b[31m\\nb\\u202e.png';
  expect(sentenceLine(failure('FILE_EXISTS', { file: name }))).toContain(`${shown} exists`);
  expect(await main(['edit', name, 'make it night', '--seed', '1'])).toBe(1);
  expect(await main(['draw', 'a', 'b', '--device', name])).toBe(2);
  expect(await main([name])).toBe(2);
  expect(terminal.stderr.split(shown)).toHaveLength(4);
  expect(terminal.stderr).not.toContain('\u001b');
  expect(terminal.stderr).not.toContain('\u202e');
  expect(terminal.stderr.trimEnd().split('\n')).toHaveLength(3);
});

test('messages of other software keep their words when their lines are joined', () => {
  expect(sentenceLine(failure('UNEXPECTED', { message: 'first\n  second' }))).toContain('first second');
});
