import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { choice, parseCommandLine, UsageError } from '../../cli/command.ts';
import { requireFree } from '../../cli/conversion-estimate.ts';
import { progress } from '../../cli/progress.ts';
import { textTable } from '../../cli/table.ts';
import { parseSeed } from '../../model/seed.ts';
import { type Filling, filledBytes, planCheckpoint, tensorBytes } from './plan.ts';
import { checkpointSizes, sizedCheckpoint } from './sizes.ts';
import { type WrittenFile, writeCheckpoint } from './write.ts';

const usage = `npm run make-checkpoint -- --size published|wide|tiny --to DIR

Makes a checkpoint in the official layout, Nexus-GenV2 and FLUX.1-dev, of random weights: for tests at every size without
the published files. It says the trained reply to a drawing and draws, and answers a question in words.

  published    every tensor of the published model at its size, 66 GB (with T5 75), of which 58 are holes: the first --filled layers
               of the transformer and of FLUX's joint and single blocks are filled, of the others one row a matrix; what is no
               such layer is filled
  wide         the published widths with few layers (of FLUX one of each sort), all filled: 6.8 GB
  tiny         a few megabytes, all filled

  --to DIR     a folder that is empty or does not exist yet
  --layers N   of wide: layers of the transformer (default 2)
  --filled N   of published: layers that are filled (default 1)
  --with-t5    FLUX's second text encoder too
  --seed N     of the weights (default 0)
  --dry-run    says what would be made, and writes nothing
  --quiet      no progress on stderr

Exit: 0 done, 1 failed, 2 wrong usage.`;

const options = {
  size: { type: 'string' },
  to: { type: 'string' },
  layers: { type: 'string' },
  filled: { type: 'string' },
  'with-t5': { type: 'boolean', default: false },
  seed: { type: 'string', default: '0' },
  'dry-run': { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export async function makeCheckpoint(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, options);
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" belongs to no option`);
  if (values.size === undefined) throw new UsageError(`make-checkpoint needs --size ${checkpointSizes.join('|')}`);
  const size = choice('size', values.size, checkpointSizes);
  if (values.layers !== undefined && size !== 'wide') throw new UsageError('--layers is for --size wide');
  if (values.filled !== undefined && size !== 'published') throw new UsageError('--filled is for --size published');
  if (values.to === undefined && !values['dry-run'])
    throw new UsageError('make-checkpoint needs --to DIR, or --dry-run');
  parseSeed(values.seed);

  const sized = sizedCheckpoint(size, count('layers', values.layers ?? '2'));
  const filling: Filling = size === 'published' ? { layers: count('filled', values.filled ?? '1') } : 'all';
  const files = planCheckpoint(sized, filling, values['with-t5']);
  const filled = files.reduce((sum, file) => sum + filledBytes(file), 0);
  if (values.to === undefined || values['dry-run']) {
    const planned = files.map((file) => {
      const bytes =
        file.kind === 'bytes' ? file.bytes.length : file.tensors.reduce((sum, each) => sum + tensorBytes(each), 0);
      return { path: file.path, bytes, diskBytes: filledBytes(file) };
    });
    process.stdout.write(`${table(planned)}\n`);
    return 0;
  }
  const to = resolve(values.to);
  await requireRoom(to, filled);
  const started = performance.now();
  const bar = progress('make-checkpoint', filled, values.quiet);
  try {
    const written = await writeCheckpoint(files, to, values.seed, (bytes) => bar.done(bytes));
    process.stdout.write(`${table(written)}\n`);
  } finally {
    bar.end();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const memory = Math.ceil(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${seconds} s, at most ${memory} MiB of memory\n`);
  return 0;
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new UsageError(`--${option} is a number from 1 to 99, not "${text}"`);
  return Number(text);
}

/** A folder that holds something stays as it is, and what does not fit is not begun. */
async function requireRoom(folder: string, bytes: number): Promise<void> {
  const present = await readdir(folder).catch(() => []);
  if (present.length > 0) throw new UsageError(`${folder} is not empty`);
  await requireFree(folder, bytes);
}

function table(files: readonly WrittenFile[]): string {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const disk = files.reduce((sum, { diskBytes }) => sum + diskBytes, 0);
  return textTable([
    ['file', 'bytes', 'on disk'],
    ...files.map(({ path, bytes, diskBytes }) => [path, bytes, diskBytes]),
    ['total', total, disk],
  ]);
}
