/** Jobs from the lines of a file, on one model: a JSON line is printed for each answer. */
import { z } from 'zod';
import { failure, failureOf } from '../../model/failure.ts';
import { firstIssue } from '../../model/schema-issue.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { UsageError } from '../command.ts';
import { readNamed } from '../files.ts';
import { progress } from '../progress.ts';
import { jsonLine } from '../visible.ts';
import type { Existing } from '../whole-file.ts';
import { type AskedDevice, deviceFor } from './device.ts';
import { type TimedJob, tellBatchTime } from './expected-time.ts';
import { askedSettings, type Job, type JobCommand, jobCommands, prepare } from './job.ts';
import { answeredLine, failedLine, type JobLine } from './job-line.ts';
import { type OpenModel, openModel } from './model.ts';
import { warnOfDifferences } from './notices.ts';
import { type Given, jobOptions } from './options.ts';
import { perform, servedJob } from './perform.ts';
import { withPreset } from './preset.ts';

export interface BatchOptions {
  /** Of lines that name none. */
  readonly command: JobCommand;
  readonly file: string;
  /** Options that hold for lines that do not have them. */
  readonly given: Given;
  readonly device: AskedDevice;
  readonly bundle: string;
  readonly existing: Existing;
  readonly quiet: boolean;
}

const option = z.union([z.string(), z.number().transform(String)]).optional();
const seed = z.union([z.string(), z.int().transform(String)]).optional();
const seedLosesDigits = `seed: a number beyond 2^53 loses digits before it can be read; write it as text, in quotes`;
/** A line's own preset goes before what holds for all lines. */
const decidedByPreset: Given = { steps: undefined, guidance: undefined, cfg: undefined, 'cfg-range': undefined };
const optionNames = Object.keys(jobOptions) as (keyof typeof jobOptions)[];

const lineSchema = z.strictObject({
  command: z.enum(jobCommands).optional(),
  prompt: z.string().optional(),
  image: z.union([z.string(), z.array(z.string())]).optional(),
  out: z.string().optional(),
  ...(Object.fromEntries(optionNames.map((name) => [name, name === 'seed' ? seed : option])) as Record<
    keyof typeof jobOptions,
    typeof option
  >),
});

export async function runBatch(options: BatchOptions): Promise<number> {
  const lines = await readLines(options.file);
  const model = await openModel(deviceFor(options.device, null), options.bundle);
  try {
    if (!options.quiet) await tellBatchTime(model, await timedJobs(lines, options, model.opened.bundle));
    return await runLines(model, options, lines);
  } finally {
    await model.session.close();
  }
}

async function runLines(model: OpenModel, options: BatchOptions, lines: readonly Line[]): Promise<number> {
  const bar = progress('batch', lines.length, options.quiet);
  let failed = 0;
  try {
    for (const [index, { number, text }] of lines.entries()) {
      for await (const result of runLine(model, options, number, text)) {
        process.stdout.write(`${jsonLine(result)}\n`);
        if (!result.ok) failed += 1;
      }
      bar.done(index + 1);
    }
  } finally {
    bar.end();
  }
  return failed === 0 ? 0 : 1;
}

/** The jobs that can be read now. What is wrong with a line is said in its turn, and its recipe may yet be written. */
async function timedJobs(
  lines: readonly Line[],
  options: BatchOptions,
  bundle: BundleSummary,
): Promise<readonly TimedJob[]> {
  const jobs = lines.map(async ({ text }): Promise<readonly TimedJob[]> => {
    try {
      const job = readJob(text, options);
      return [{ command: job.command, settings: withPreset((await askedSettings(job)).settings, bundle) }];
    } catch {
      return [];
    }
  });
  return (await Promise.all(jobs)).flat();
}

interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

/** Lines that say something. */
async function readLines(path: string): Promise<readonly Line[]> {
  const text = (await readNamed(path)).toString('utf8');
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  return lines.map((line, index) => ({ number: index + 1, text: line })).filter((line) => line.text.trim() !== '');
}

async function* runLine(
  model: OpenModel,
  options: BatchOptions,
  number: number,
  text: string,
): AsyncGenerator<JobLine> {
  let seeds: readonly bigint[] = [];
  let answered = 0;
  try {
    const job = readJob(text, options);
    const prepared = await prepare(job, options.existing, async () => model.opened.bundle.name);
    seeds = prepared.seeds;
    if (prepared.recipe !== null) warnOfDifferences(prepared.recipe, options.device, model.opened);
    for await (const answer of perform(model, servedJob(prepared, model.opened.bundle), options.existing)) {
      answered += 1;
      yield answeredLine(answer);
    }
  } catch (thrown) {
    const reason =
      thrown instanceof UsageError
        ? failure('BATCH_LINE', { line: number, reason: thrown.message })
        : failureOf(thrown);
    yield failedLine(reason, seeds[answered] ?? null);
  }
}

/** @throws UsageError where the line is no job */
function readJob(text: string, { command, given }: BatchOptions): Job {
  const json = parseJson(text);
  if (hasInexactSeed(json)) throw new UsageError(seedLosesDigits);
  const line = lineSchema.safeParse(json);
  if (!line.success) {
    const { key, expected, actual } = firstIssue(line.error, json);
    throw new UsageError(`${key || 'the line'}: ${expected}, ${actual}`);
  }
  const { command: own = command, prompt, image, out, ...named } = line.data;
  const pictures = image === undefined ? [] : [image].flat();
  const merged: Given = { ...given, ...(named.preset === undefined ? {} : decidedByPreset), ...named };
  requireParts(own, prompt, pictures, merged);
  return { command: own, words: prompt ?? null, pictures, out: out ?? null, given: merged };
}

function hasInexactSeed(json: unknown): boolean {
  const written = z.looseObject({ seed: z.number() }).safeParse(json);
  return written.success && Number.isInteger(written.data.seed) && !Number.isSafeInteger(written.data.seed);
}

function requireParts(
  command: JobCommand,
  prompt: string | undefined,
  pictures: readonly string[],
  given: Given,
): void {
  if (given.recipe !== undefined) return;
  if (prompt === undefined && command !== 'ask') throw new UsageError(`${command} needs a prompt`);
  const needsPicture = command === 'edit' || command === 'ask';
  if (needsPicture && pictures.length === 0) throw new UsageError(`${command} needs an image`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'no JSON');
  }
}
