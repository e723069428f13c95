/** What a person named and is not there, or is something else: told by the path as typed and in words, never by a system's code. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readingFailure } from '../../cli/files.ts';
import { main, runCommand } from '../../cli/nexus.ts';
import { sentenceLine } from '../../cli/say.ts';
import { announce } from '../../cli/serve.ts';
import { listenOnFreePort } from '../../cli/static-server.ts';
import { writingFailure } from '../../cli/whole-file.ts';
import { typeIn, watchTerminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 60_000 });

const work = mkdtempSync(join(tmpdir(), 'nexus-paths-'));
const home = process.cwd();
const terminal = watchTerminal();
const systemCode = /\bE[A-Z]{3,}\b/;

beforeAll(() => {
  process.chdir(work);
  mkdirSync('folder');
  writeFileSync('file', 'text');
  symlinkSync('loop', 'loop');
  symlinkSync('gone', 'dangling');
});
afterAll(() => {
  process.chdir(home);
  rmSync(work, { recursive: true, force: true });
});

const said = {
  'no file': ['There is no file PATH.', '没有文件 PATH。'],
  'no folder': ['There is no folder PATH.', '没有文件夹 PATH。'],
  nothing: ['There is no file or folder PATH.', '没有文件或文件夹 PATH。'],
  folder: ['PATH is a folder, not a file.', 'PATH 是文件夹，不是文件。'],
  file: ['PATH is a file, not a folder.', 'PATH 是文件，不是文件夹。'],
  'standard input': ['PATH would be standard input, which is not read here', 'PATH 表示标准输入，此处不读取'],
  loop: ['PATH is a link that leads back to itself.', 'PATH 是一个指回自身的链接。'],
  dangling: ['PATH is a link to gone, which does not exist.', 'PATH 是指向 gone 的链接，而该文件不存在。'],
} as const;

const cases: readonly (readonly [string, readonly string[], keyof typeof said, string])[] = [
  ...(
    [
      ['some/where.png', 'no file'],
      ['file/where.png', 'no file'],
      ['folder', 'folder'],
      ['loop', 'loop'],
      ['dangling', 'dangling'],
    ] as const
  ).flatMap(([path, kind]) => [
    [`ask ${path}`, ['ask', path], kind, path] as const,
    [`edit ${path}`, ['edit', path, 'make it night'], kind, path] as const,
    [`draw --start ${path}`, ['draw', 'x', '--start', path], kind, path] as const,
    [`draw --recipe ${path}`, ['draw', '--recipe', path], kind, path] as const,
    [`draw --batch ${path}`, ['draw', '--batch', path], kind, path] as const,
  ]),
  ...(
    [
      ['some/where', 'no folder'],
      ['file', 'file'],
      ['file/where', 'no folder'],
      ['loop', 'loop'],
      ['dangling', 'dangling'],
    ] as const
  ).flatMap(([path, kind]) => [
    [`draw --bundle ${path}`, ['draw', 'x', '--bundle', path], kind, path] as const,
    [`chat --bundle ${path}`, ['chat', '--bundle', path], kind, path] as const,
    [`verify ${path}`, ['verify', path], kind, path] as const,
    [`verify --bundle ${path}`, ['verify', '--bundle', path], kind, path] as const,
    [`convert --from ${path}`, ['convert', '--from', path, '--dry-run'], kind, path] as const,
  ]),
  ['ask -', ['ask', '-'], 'standard input', '-'],
  ['edit -', ['edit', '-', 'make it night'], 'standard input', '-'],
  ['draw --recipe -', ['draw', '--recipe', '-'], 'standard input', '-'],
  ['draw --batch -', ['draw', '--batch', '-'], 'standard input', '-'],
  ['inspect -', ['inspect', '-'], 'standard input', '-'],
  ['draw --bundle folder', ['draw', 'x', '--bundle', 'folder'], 'no file', 'folder/bundle.json'],
  ['verify --bundle folder', ['verify', '--bundle', 'folder'], 'no file', 'folder/bundle.json'],
  ['inspect some/where', ['inspect', 'some/where'], 'nothing', 'some/where'],
  ['inspect loop', ['inspect', 'loop'], 'loop', 'loop'],
  ['inspect dangling', ['inspect', 'dangling'], 'dangling', 'dangling'],
];

describe.each([
  ['en_GB.UTF-8', 0],
  ['zh_CN.UTF-8', 1],
] as const)('in %s', (locale, language) => {
  test.each(cases)('%s', async (_, argv, kind, path) => {
    vi.stubEnv('LC_ALL', locale);
    typeIn('');
    expect(await main([...argv])).toBe(1);
    // What verify has to say are rows of its table.
    const answer = argv[0] === 'verify' ? terminal.stdout : (terminal.stderr.trim().split('\n').at(-1) ?? '');
    expect(answer).toContain(said[kind][language].replace('PATH', path));
    expect(terminal.stderr + terminal.stdout).not.toMatch(systemCode);
  });

  test('what nobody looked out for', async () => {
    vi.stubEnv('LC_ALL', locale);
    const lines = [];
    for (const work of [() => mkdtemp('some/where/x'), () => readdir('some/where')]) {
      terminal.stderr = '';
      expect(await runCommand('nexus test', async () => String(await work()).length)).toBe(1);
      lines.push(terminal.stderr);
    }
    expect(lines.join('')).not.toMatch(systemCode);
    expect(lines[0]).toContain(['its folder does not exist', '所在文件夹不存在'][language]);
    expect(lines[1]).toContain(said.nothing[language].replace('PATH', 'some/where'));
  });

  // Root may read everything, so that these are made as Node makes them.
  test.each([
    ['EACCES', ['mine.png cannot be read: its permissions do not allow it.', '无法读取 mine.png：没有读取权限。']],
    ['EPERM', ['mine.png cannot be read: its permissions do not allow it.', '无法读取 mine.png：没有读取权限。']],
    ['EISDIR', ['mine.png is a folder, not a file.', 'mine.png 是文件夹，不是文件。']],
    ['EIO', ['mine.png cannot be read: the disk reports an error.', '无法读取 mine.png：磁盘报告错误。']],
    ['ENAMETOOLONG', ['There is no file mine.png.', '没有文件 mine.png。']],
  ])('reading that ends in %s', (code, sentences) => {
    vi.stubEnv('LC_ALL', locale);
    const line = sentenceLine(readingFailure('mine.png', 'file', systemError(code)));
    expect(line).toContain(sentences[language]);
    expect(line).not.toMatch(systemCode);
  });

  test.each([
    ['ENOSPC', ['the disk is full', '磁盘已满']],
    ['EDQUOT', ['the disk is full', '磁盘已满']],
    ['EROFS', ['that place is read-only', '该位置为只读']],
    ['EACCES', ['that place is read-only', '该位置为只读']],
    ['ENOTDIR', ['there is a file where a folder is needed', '需要文件夹的位置是一个文件']],
    ['EFBIG', ['the disk takes no file of that size', '磁盘不支持这么大的文件']],
    ['EIO', ['the disk reports an error', '磁盘报告错误']],
  ])('writing that ends in %s', (code, sentences) => {
    vi.stubEnv('LC_ALL', locale);
    const line = sentenceLine(writingFailure('shard.bin', systemError(code)));
    expect(line).toContain(sentences[language]);
    expect(line).not.toMatch(systemCode);
  });
});

test('the bare id of the bundle that ships with the page, unless something has that name', async () => {
  expect(await main(['inspect', 'nano', '--json'])).toBe(0);
  expect(JSON.parse(terminal.stdout)).toMatchObject({ id: 'nano' });
  terminal.stdout = '';
  expect(await main(['verify', '--bundle', 'nano'])).toBe(0);
  expect(terminal.stdout).toMatch(/, 0 failed$|0 failed\n$/);
  expect(
    await main(['polish', 'a cat', '--bundle', 'nano', '--max-tokens', '1', '--seed', '1', '--threads', '1']),
  ).toBe(0);
  mkdirSync('nano');
  expect(await main(['inspect', 'nano'])).toBe(1);
  rmSync('nano', { recursive: true });
  symlinkSync('gone', 'nano');
  terminal.stderr = '';
  expect(await main(['inspect', 'nano'])).toBe(1);
  expect(terminal.stderr).toContain('nano is a link to gone');
  rmSync('nano');
});

test('a row of verify that judged nothing has no blanks before its reason', async () => {
  expect(await main(['verify', 'some/where'])).toBe(1);
  expect(terminal.stdout).toMatch(/^some\/where: FAILED There is no folder some\/where\./);
});

test('a port that is taken is told beside the one that is used', () => {
  announce(4517, 4518);
  expect(terminal.stdout).toBe('Nexus-Gen: http://localhost:4518/\n');
  expect(terminal.stderr).toBe('Port 4517 is taken by another program: the page is served at 4518.\n');
  terminal.stderr = '';
  announce(4517, 4517);
  expect(terminal.stderr).toBe('');
});

test('what is no file at all is read where it can be, as the pipe of a shell', async () => {
  vi.stubEnv('LC_ALL', 'en_GB.UTF-8');
  expect(await main(['draw', '--recipe', '/dev/null'])).toBe(1);
  expect(terminal.stderr).not.toMatch(systemCode);
  expect(terminal.stderr).not.toContain('There is no file');
});

test('a port that this person may not use', async () => {
  vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
    queueMicrotask(() => this.emit('error', systemError('EACCES')));
    return this;
  });
  const serve = async () => (await listenOnFreePort(() => undefined, 80)).port;
  expect(await runCommand('nexus serve', serve)).toBe(2);
  expect(terminal.stderr).toContain('port 80 needs an administrator');
  expect(terminal.stderr).not.toMatch(systemCode);
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code });
}
