import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../cli/nexus.ts';
import { watchTerminal } from '../helpers/terminal.ts';

const bin = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/golden', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const terminal = watchTerminal();

/** In this process: a start of one's own takes seconds. */
async function nexus(...args: string[]): Promise<Ended> {
  terminal.stdout = '';
  terminal.stderr = '';
  return { code: await main(args), ...terminal };
}

function inOwnProcess(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile(process.execPath, [bin, ...args], { env, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
    });
  });
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'nexus-gen-cli-'));
});
afterAll(() => rm(scratch, { recursive: true }));

test('draws as a person starts it, in a process of its own', async () => {
  const out = join(scratch, 'car.png');
  const { code, stdout, stderr } = await inOwnProcess('draw', 'a car', '--seed', '7', '--steps', '1', '-o', out);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${out}\n`, stderr: 'draw 100 %\n' });
});

describe('usage', () => {
  test('help is on stdout and every command has its own', async () => {
    const all = await inOwnProcess('--help');
    expect([all.code, all.stderr]).toEqual([0, '']);
    const names = [...all.stdout.matchAll(/^ {2}(\w+) /gm)].map((match) => match[1] ?? '');
    expect(names).toContain('verify');
    for (const name of names) {
      const own = await nexus(name, '--help');
      expect([own.code, own.stderr]).toEqual([0, '']);
      expect(own.stdout).toContain(`nexus ${name}`);
    }
  });

  test.each([
    [['paint'], /no command paint/],
    [['verify'], /needs a folder.*tests\/fixtures\/golden/],
    [['verify', 'a', 'b'], /one folder/],
    [['verify', '--device', 'cuda', 'a'], /--device is one of wasm, webgpu/],
    [['verify', '--fast', 'a'], /--fast/],
    [['serve', '--port', '0'], /--port/],
  ])('%j is wrong usage: exit 2 and one line on stderr', async (args, reason) => {
    const { code, stdout, stderr } = await nexus(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(reason);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('verify', () => {
  test('judges the cases of one component', async () => {
    const { code, stdout, stderr } = await nexus('verify', fixtures, '--component', 'image-bounds', '--quiet');
    expect([code, stderr]).toEqual([0, '']);
    expect(lastLine(stdout)).toMatch(/^[1-9]\d* passed, 0 failed$/);
  });

  test('prints JSON with its counts', async () => {
    const { stdout } = await nexus('verify', fixtures, '--component', 'adapter', '--json', '--quiet');
    const report = JSON.parse(stdout);
    expect(Object.keys(report)).toEqual(['device', 'rows', 'passed', 'failed']);
    expect(report.passed).toBe(report.rows.length);
    const keys = ['component', 'case', 'output', 'maxAbs', 'meanAbs', 'cosine', 'tolerance', 'ok', 'reason'];
    expect(Object.keys(report.rows[0])).toEqual(keys);
  });

  test('a folder without cases, an absent one and an unmatched component fail', async () => {
    for (const args of [[scratch], [join(scratch, 'absent')], [fixtures, '--component', 'none']]) {
      const { code, stdout } = await nexus('verify', '--quiet', ...args);
      expect([code, lastLine(stdout)]).toEqual([1, '0 passed, 1 failed']);
    }
  });

  test('a wrong answer fails and nothing below a case is searched', async () => {
    const wrong = join(scratch, 'cases', 'wrong');
    await mkdir(join(wrong, 'inner'), { recursive: true });
    const caseJson = { component: 'image-bounds', outputs: {}, args: { refused: [[28, 28]] } };
    await writeFile(join(wrong, 'case.json'), JSON.stringify(caseJson));
    await writeFile(join(wrong, 'inner', 'case.json'), JSON.stringify(caseJson));
    const { code, stdout } = await nexus('verify', join(scratch, 'cases'), '--quiet');
    expect(code).toBe(1);
    expect(lastLine(stdout)).toBe('0 passed, 1 failed');
  });

  test('a bundle without bundle.json is not whole', async () => {
    const { code, stdout } = await nexus('verify', '--bundle', scratch);
    expect([code, lastLine(stdout)]).toEqual([1, '0 passed, 1 failed']);
  });
});
