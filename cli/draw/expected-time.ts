/** Says how long something takes before it is begun, where that is longer than a person would wait without a word. */
import { passSeconds, stepPass, type Throughput, tokenPass } from '../../model/bundle/operations.ts';
import { pictureSeconds } from '../../session/expected-time.ts';
import { newJobId } from '../../session/job-id.ts';
import { servesCfg } from '../../session/negatives.ts';
import { enExpectedTime } from '../../words/en/expected-time.ts';
import { zhExpectedTime } from '../../words/zh/expected-time.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { inLanguage } from '../say.ts';
import { draws, type JobCommand } from './job.ts';
import { neverStopped, type OpenModel } from './model.ts';
import type { SettingsServed } from './preset.ts';

const longSeconds = 60;
/** A short reply has so many. */
const replyTokens = 60;
/** Of a pass, for each picture or reply: with fewer, nothing takes long enough to be measured for two seconds first. */
const manyWeights = 1e9;

export interface TimedJob {
  readonly command: JobCommand | 'chat';
  readonly settings: SettingsServed;
}

/** What jobs are timed on. */
export interface TimedOn {
  readonly bundle: BundleSummary;
  readonly throughput: Throughput;
}

type Bound = 'about' | 'at least';

/** @throws what measuring finds */
export async function tellExpectedTime(model: OpenModel, job: TimedJob): Promise<void> {
  await tell(model, [job], (on, bound) => phraseOf(job, on, bound));
}

/**
 * How long all jobs of a batch take together.
 *
 * @throws what measuring finds
 */
export async function tellBatchTime(model: OpenModel, jobs: readonly TimedJob[]): Promise<void> {
  await tell(model, jobs, (on, bound) => phraseOfBatch(jobs, on, bound));
}

async function tell(
  model: OpenModel,
  jobs: readonly TimedJob[],
  phraseOn: (on: TimedOn, bound: Bound) => string | null,
): Promise<void> {
  const { bundle, memory } = model.opened;
  const { counted } = bundle;
  const passes = [tokenPass(counted), stepPass(counted, 'generation', counted.size)];
  const largest = Math.max(...passes.map(({ weights }) => weights));
  if (largest * sum(jobs.map(({ settings }) => settings.count)) < manyWeights) return;
  const throughput = await model.session.throughput(newJobId(), neverStopped);
  const phrase = phraseOn({ bundle, throughput }, memory.streamed.length > 0 ? 'at least' : 'about');
  if (phrase !== null) process.stderr.write(`${phrase}\n`);
}

/** Null where it does not take long. */
export function phraseOf(job: TimedJob, on: TimedOn, bound: Bound): string | null {
  if (secondsOf(job, on) <= longSeconds) return null;
  const words = inLanguage(enExpectedTime, zhExpectedTime);
  const phrase = drawsIn(job) ? words.picture(pictureOf(job, on), bound) : words.token(tokenOf(on), bound);
  return words.here(phrase);
}

/** Null where they do not take long together. */
export function phraseOfBatch(jobs: readonly TimedJob[], on: TimedOn, bound: Bound): string | null {
  const words = inLanguage(enExpectedTime, zhExpectedTime);
  const seconds = sum(jobs.map((job) => secondsOf(job, on)));
  return seconds <= longSeconds ? null : words.here(words.batch(seconds, bound));
}

function secondsOf(job: TimedJob, on: TimedOn): number {
  return job.settings.count * (drawsIn(job) ? pictureOf(job, on) : replyTokens * tokenOf(on));
}

function drawsIn({ command }: TimedJob): boolean {
  return command !== 'chat' && draws(command);
}

function pictureOf({ command, settings }: TimedJob, { bundle, throughput }: TimedOn): number {
  const { defaults, counted } = bundle;
  const isEdit = command === 'edit';
  return pictureSeconds(
    counted,
    {
      ...(settings.size ?? defaults),
      decoder: isEdit ? 'editing' : 'generation',
      steps: settings.steps ?? defaults.steps,
      cfg: servesCfg(bundle) ? (settings.cfg ?? (isEdit ? defaults.editingCfg : defaults.cfg)) : 1,
      cfgRange: settings.cfgRange,
    },
    throughput,
  );
}

function tokenOf({ bundle, throughput }: TimedOn): number {
  return passSeconds(tokenPass(bundle.counted), throughput);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
