/** A conversion and the room on the disk: too little is told before anything is written, and a full disk loses nothing. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeSha256, openSink } from '../../cli/bundle-sink.ts';
import { requireRoom } from '../../cli/conversion-estimate.ts';
import { openFolder } from '../../cli/files.ts';
import { main } from '../../cli/nexus.ts';
import { type ConversionPlan, planConversion } from '../../model/bundle/conversion-plan.ts';
import type { ConversionProgress } from '../../model/bundle/conversion-work.ts';
import { convert } from '../../model/bundle/convert.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { tools } from '../helpers/conversion.ts';
import { failureFrom } from '../helpers/sources.ts';
import { watchTerminal } from '../helpers/terminal.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';
import { writeFiles } from '../helpers/write-files.ts';

vi.setConfig({ testTimeout: 60_000 });

const work = mkdtempSync(join(tmpdir(), 'nexus-room-'));
const checkpoint = join(work, 'checkpoint');
const to = join(work, 'bundle');
const terminal = watchTerminal();
let plan: ConversionPlan;
/** Bytes of the finished bundle, its manifest aside. */
let whole = 0;

beforeAll(async () => {
  await writeFiles(checkpoint, tinyCheckpoint());
  plan = await planConversion([openFolder(checkpoint)], 'q4');
  const data = await failureFrom(() => requireRoom(plan, to, async () => 0));
  whole = data?.code === 'NO_ROOM' ? data.data.needed : 0;
});
afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeEach(() => void vi.stubEnv('LC_ALL', 'en_GB.UTF-8'));

test('a byte too little is refused with both sizes, just enough is not, and neither is what the system does not tell', async () => {
  expect(whole).toBeGreaterThan(100_000);
  expect(await failureFrom(() => requireRoom(plan, to, async () => whole - 1))).toEqual({
    code: 'NO_ROOM',
    data: { folder: to, needed: whole, free: whole - 1 },
  });
  await requireRoom(plan, to, async () => whole);
  await requireRoom(plan, to, async () => null);
});

test('what an earlier try has made needs no room again, also where one file stands for two equal ones', async () => {
  let finished = 0;
  const stopped = new Error('stopped');
  const progress = ({ written, bytes }: ConversionProgress) => {
    if (written < bytes * 0.9) return;
    finished = written;
    throw stopped;
  };
  await expect(convert(plan, await openSink(to), { ...tools, progress })).rejects.toBe(stopped);
  expect(finished).toBeGreaterThan(0);
  const needed = await failureFrom(() => requireRoom(plan, to, async () => -1));
  expect(needed?.code === 'NO_ROOM' && needed.data.needed).toBeLessThan(whole / 4);
  rmSync(to, { recursive: true });
});

// Only root can mount a disk that is small enough to be full.
describe.runIf(process.getuid?.() === 0 && process.platform === 'linux')('on a small disk', () => {
  const disk = join(work, 'disk');
  const mounted = (bytes: number) => {
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${Math.ceil(bytes / 4096) * 4096}`, 'tmpfs', disk]);
    return { [Symbol.dispose]: () => void execFileSync('umount', [disk]) };
  };

  test('convert and its dry run say how much is needed and free, and write nothing', async () => {
    using _ = mounted(whole / 2);
    const asked = ['convert', '--from', checkpoint, '--to', join(disk, 'new'), '--quiet'];
    for (const argv of [asked, [...asked, '--dry-run']]) {
      expect(await main(argv)).toBe(1);
      expect(terminal.stderr).toMatch(/new needs room for \S+ [kM]B, and \S+ [kM]B are free there\. Nothing was/);
      expect(existsSync(join(disk, 'new'))).toBe(false);
    }
    vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
    expect(await main(asked)).toBe(1);
    expect(terminal.stderr).toMatch(/new 需要 .*没有写入任何内容/);
    expect(readdirSync(disk)).toEqual([]);
  });

  test('that fills up half-way is told, and what is finished is used when there is room again', async () => {
    using _ = mounted(whole * 2 + 2 ** 20);
    const filler = join(disk, 'somebody else');
    const folder = join(disk, 'bundle');
    let isFull = false;
    const progress = ({ written, bytes }: ConversionProgress) => {
      if (isFull || written < bytes / 2) return;
      isFull = true;
      for (let size = 2 ** 20; size >= 4096; ) {
        try {
          writeFileSync(filler, new Uint8Array(size), { flag: 'a' });
        } catch {
          size /= 2;
        }
      }
    };
    const failure = await failureFrom(async () => convert(plan, await openSink(folder), { ...tools, progress }));
    expect(failure).toMatchObject({ code: 'WRITE_FAILED', data: { problem: 'full' } });
    expect(existsSync(join(folder, 'bundle.json'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
    const made = readdirSync(folder).filter((name) => name.startsWith('transformer'));
    expect(made.length).toBeGreaterThan(0);
    const times = made.map((name) => statSync(join(folder, name)).mtimeMs);
    rmSync(filler);
    await convert(plan, await openSink(folder), tools);
    expect(made.map((name) => statSync(join(folder, name)).mtimeMs)).toEqual(times);
    const { files } = await verifyBundle(openFolder(folder), nodeSha256);
    expect(files.filter(({ failure: found }) => found !== null)).toEqual([]);
  });
});
