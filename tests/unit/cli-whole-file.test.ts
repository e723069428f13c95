/** What a person finds on the disk after the terminal wrote a file, or could not. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../cli/nexus.ts';
import { requireWritable, writeWhole } from '../../cli/whole-file.ts';
import { failureOf } from '../../model/failure.ts';
import { runKilled } from '../helpers/run-killed.ts';
import { watchTerminal } from '../helpers/terminal.ts';

const work = mkdtempSync(join(tmpdir(), 'nexus-whole-'));
const at = (...names: string[]) => join(work, ...names);
const terminal = watchTerminal();
afterAll(() => rmSync(work, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;

async function failureFrom(task: () => Promise<void>) {
  try {
    await task();
  } catch (thrown) {
    return failureOf(thrown);
  }
  return undefined;
}

describe('a file that is written', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(at('folder-'));
  });

  test('is there whole, and nothing else', async () => {
    const bytes = new Uint8Array(300_000).map((_, at) => at % 251);
    await writeWhole(join(folder, 'a.png'), bytes, 'keep');
    expect(readdirSync(folder)).toEqual(['a.png']);
    expect(new Uint8Array(readFileSync(join(folder, 'a.png')))).toEqual(bytes);
  });

  test('never takes the place of another that is to be kept, also one that came in the meantime', async () => {
    const path = join(folder, 'a.png');
    const both = await Promise.allSettled([
      writeWhole(path, new Uint8Array([1]), 'keep'),
      writeWhole(path, new Uint8Array([2]), 'keep'),
    ]);
    const lost = both.flatMap((outcome) => (outcome.status === 'rejected' ? [failureOf(outcome.reason).code] : []));
    expect(lost).toEqual(['FILE_EXISTS']);
    expect(readdirSync(folder)).toEqual(['a.png']);
  });

  test('keeps the permissions of the one it replaces', async () => {
    writeFileSync(join(folder, 'a.png'), 'mine', { mode: 0o600 });
    await writeWhole(join(folder, 'a.png'), new Uint8Array([1]), 'replace');
    expect(statSync(join(folder, 'a.png')).mode & 0o777).toBe(0o600);
  });

  test('through a link replaces the file that the link leads to; the link stays', async () => {
    mkdirSync(join(folder, 'far'));
    writeFileSync(join(folder, 'far', 'mine.png'), 'mine');
    symlinkSync('far/mine.png', join(folder, 'a.png'));
    await writeWhole(join(folder, 'a.png'), new Uint8Array([1]), 'replace');
    expect(lstatSync(join(folder, 'a.png')).isSymbolicLink()).toBe(true);
    expect([...readFileSync(join(folder, 'far', 'mine.png'))]).toEqual([1]);
    expect(readdirSync(join(folder, 'far'))).toEqual(['mine.png']);
  });
});

describe('what a killed process left of a file', () => {
  const uuid = '0123abcd-4567-89ab-cdef-0123456789ab';
  const hour = 3600;
  const left = (folder: string, name: string, age: number) => {
    const time = Date.now() / 1000 - age;
    writeFileSync(join(folder, name), 'half');
    utimesSync(join(folder, name), time, time);
  };
  /** The number of a process that has ended. */
  const gone = spawnSync(process.execPath, ['--version']).pid;

  test('is removed by the next write, and nothing else is', async () => {
    const folder = mkdtempSync(at('left-'));
    left(folder, `.${gone}-${uuid}.unfinished`, hour);
    left(folder, `.${uuid}.unfinished`, 25 * hour);
    left(folder, `.${process.pid}-${uuid.replace('0', '1')}.unfinished`, 25 * hour);
    const kept = [
      `.${process.pid}-${uuid}.unfinished`,
      `.${uuid.replace('0', '2')}.unfinished`,
      '.notes.unfinished',
      `${gone}-${uuid}.unfinished`,
      `.${gone}-${uuid}.unfinished.png`,
    ];
    for (const name of kept.slice(0, 2)) left(folder, name, hour);
    for (const name of kept.slice(2)) left(folder, name, 100 * hour);
    // Written just now, maybe from another machine, whose processes have other numbers.
    left(folder, `.${gone}-${uuid.replace('0', '3')}.unfinished`, 1);
    mkdirSync(join(folder, `.${gone}-${uuid.replace('0', '4')}.unfinished`));
    await writeWhole(join(folder, 'a.png'), new Uint8Array([1]), 'keep');
    const others = ['3', '4'].map((digit) => `.${gone}-${uuid.replace('0', digit)}.unfinished`);
    expect(readdirSync(folder).sort()).toEqual([...kept, ...others, 'a.png'].sort());
  });

  test('is found again after a kill in the middle', async () => {
    const folder = mkdtempSync(at('killed-'));
    const module = JSON.stringify(new URL('../../cli/leftovers.ts', import.meta.url).href);
    runKilled(`import { writeFileSync } from 'node:fs'; import { unfinishedIn } from ${module};
      writeFileSync(unfinishedIn(${JSON.stringify(folder)}), 'half')`);
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/\.unfinished$/);
    // The same number in another container says nothing of that process.
    const elsewhere = name.replace(/-[\da-f]{8}-/, '-00000000-');
    writeFileSync(join(folder, elsewhere), 'half');
    await requireWritable([join(folder, 'a.png')], 'keep');
    expect(readdirSync(folder)).toEqual([elsewhere]);
    left(folder, elsewhere, hour);
    await requireWritable([join(folder, 'a.png')], 'keep');
    expect(readdirSync(folder)).toEqual([]);
  });
});

// Only root can mount a disk that is small enough to be full.
describe.runIf(isRoot && process.platform === 'linux')('a full disk', () => {
  const disk = at('disk');
  beforeEach(() => {
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    return () => void execFileSync('umount', [disk]);
  });

  test('takes nothing from the picture that was to be replaced', async () => {
    writeFileSync(join(disk, 'mine.png'), 'mine');
    const failure = await failureFrom(() => writeWhole(join(disk, 'mine.png'), new Uint8Array(300_000), 'replace'));
    expect(failure).toEqual({ code: 'WRITE_FAILED', data: { file: 'mine.png', problem: 'full', reason: 'ENOSPC' } });
    expect(readFileSync(join(disk, 'mine.png'), 'utf8')).toBe('mine');
    expect(readdirSync(disk)).toEqual(['mine.png']);
  });

  test('is left without a torn file, so that the same command runs again', async () => {
    const failure = await failureFrom(() => writeWhole(join(disk, 'new.png'), new Uint8Array(300_000), 'keep'));
    expect(failure?.code).toBe('WRITE_FAILED');
    expect(readdirSync(disk)).toEqual([]);
    await writeWhole(join(disk, 'new.png'), new Uint8Array(100_000), 'keep');
    expect(statSync(join(disk, 'new.png')).size).toBe(100_000);
  });

  test('is told before there is a picture', async () => {
    writeFileSync(join(disk, 'much'), new Uint8Array(220_000));
    const failure = await failureFrom(() => requireWritable([join(disk, 'new.png')], 'keep'));
    expect(failure).toMatchObject({ code: 'OUTPUT_REFUSED', data: { problem: 'full' } });
    expect(readdirSync(disk)).toEqual(['much']);
  });

  test('that is read-only is told before there is a picture', async () => {
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const failure = await failureFrom(() => requireWritable([join(disk, 'new.png')], 'keep'));
    expect(failure).toMatchObject({ code: 'OUTPUT_REFUSED', data: { problem: 'read-only' } });
  });
});

describe('an output that cannot be written is refused before the model is opened', () => {
  mkdirSync(at('folder.png'));
  symlinkSync(at('nowhere', 'a.png'), at('dangling.png'));
  symlinkSync(at('loop.png'), at('loop.png'));
  symlinkSync('/dev/null', at('device.png'));
  mkdirSync(at('closed'), { mode: 0o500 });

  // The bundle is not there either: had it been opened, the failure would be about it.
  const noBundle = ['--bundle', at('no-bundle'), '--seed', '1'];
  const commands = [
    ['draw', ['draw', 'a red car']],
    ['chat', ['chat']],
  ] as const;

  for (const [name, command] of commands) {
    test(`${name}: a folder that is not there`, async () => {
      expect(await main([...command, '-o', at('nowhere', 'a.png'), ...noBundle])).toBe(1);
      expect(terminal.stderr).toMatch(/^a(-1)?\.png cannot be written: its folder does not exist/);
    });

    test.runIf(!isRoot)(`${name}: a folder that may not be written to`, async () => {
      expect(await main([...command, '-o', at('closed', 'a.png'), ...noBundle])).toBe(1);
      expect(terminal.stderr).toMatch(/that place is read-only/);
    });
  }

  test.each([
    ['folder.png', /a folder has that name/],
    ['dangling.png', /a link that leads nowhere/],
    ['loop.png', /a link that leads nowhere/],
    ['device.png', /not a file/],
    [`${'a'.repeat(300)}.png`, /the name is too long/],
  ])('%s', async (name, reason) => {
    for (const force of [[], ['--force']]) {
      terminal.stderr = '';
      expect(await main(['draw', 'a red car', '-o', at(name), ...noBundle, ...force])).toBe(1);
      expect(terminal.stderr).toMatch(reason);
      expect(terminal.stdout).toBe('');
    }
  });
});
