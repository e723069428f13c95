/** What a person asked on the terminal, put as the language worker takes it. */
import { type DrawnSize, servedSize } from '../../model/diffusion/size.ts';
import { polishSampling } from '../../model/text/forms.ts';
import type { TurnOptions } from '../../model/text/turn-plan.ts';
import { servedNegatives, servesCfg } from '../../session/negatives.ts';
import type { BundleSummary, Sampling, Seed } from '../../workers/protocol.ts';
import { UsageError } from '../command.ts';
import type { Settings } from './options.ts';

export type AskingCommand = 'draw' | 'edit' | 'ask' | 'polish' | 'chat';

/** @throws UsageError for an option that the bundle cannot serve, with the reason */
export function refuseUnserved(settings: Settings, bundle: BundleSummary): void {
  const { decoder, negative, cfg, cfgRange, size, count } = settings;
  if (size !== null && !isSame(servedSize(size, bundle.sizes), size)) {
    const served = (bundle.sizes ?? []).map(sizeText).join(' and ');
    throw new UsageError(`--size ${sizeText(size)}: ${bundle.name} draws only ${served}`);
  }
  if (count > 1 && !bundle.seedsDiffer) {
    throw new UsageError(`--count ${count}: ${bundle.name} draws the same picture from every seed`);
  }
  if (decoder !== 'auto' && !bundle.decoders.includes(decoder)) {
    throw new UsageError(`--decoder ${decoder}: ${bundle.name} has only ${bundle.decoders.join(' and ')}`);
  }
  refuseSchedule(settings, bundle);
  const guided = { negative: negative !== null, cfg: cfg !== null && cfg !== 1, 'cfg-range': cfgRange !== null };
  const option = Object.entries(guided).find(([, isAsked]) => isAsked)?.[0];
  if (!servesCfg(bundle) && option !== undefined) {
    throw new UsageError(withoutNegative(`--${option}`, bundle));
  }
  refuseNegative(negative ?? '', bundle);
}

function refuseNegative(text: string, bundle: BundleSummary): void {
  if (servedNegatives(bundle).includes(text) || text === '') return;
  const { name, negatives } = bundle;
  if (negatives.includes(text)) {
    throw new UsageError(
      `--negative: of ${name} other words than the empty ones need the layers for other steps and guidance; convert --only other-schedules adds them`,
    );
  }
  const words = negatives.filter((each) => each !== '').map((each) => `"${each}"`);
  const held =
    words.length === 0 ? 'the empty negative prompt alone' : `the empty negative prompt and ${words.join(', ')}`;
  throw new UsageError(`--negative: ${name} carries ${held}; convert --only negative --negative TEXT adds words`);
}

/** Why an option of CFG cannot be served. */
export function withoutNegative(option: string, { name }: BundleSummary): string {
  return `${option}: ${name} has no negative branch, so CFG stays 1; convert --only negative adds it to a bundle`;
}

/** Where no decoder of the bundle serves them; which one draws is known when the model has answered. */
function refuseSchedule({ steps, guidance, strength }: Settings, bundle: BundleSummary): void {
  const served = bundle.decoders.map((decoder) => bundle.schedules[decoder]);
  if (steps === null && guidance === null && strength === null) return;
  if (served.length === 0 || served.some((schedules) => schedules === null)) return;
  const usual = bundle.defaults;
  const asked = { steps: steps ?? usual.steps, guidance: guidance ?? usual.guidance };
  const listed = served.flatMap((schedules) => schedules ?? []);
  const isServed = listed.some((each) => each.steps === asked.steps && each.guidance === asked.guidance);
  if (isServed && (strength === null || strength >= 1)) return;
  const option = isServed ? '--strength' : guidance === null ? '--steps' : '--guidance';
  const choices = listed.map((each) => `--steps ${each.steps} --guidance ${each.guidance}`);
  throw new UsageError(
    `${option}: ${bundle.name} is installed without other-schedules and draws with ${[...new Set(choices)].join(' or ')} alone, from no picture`,
  );
}

function isSame(one: DrawnSize, other: DrawnSize): boolean {
  return one.width === other.width && one.height === other.height;
}

function sizeText({ width, height }: DrawnSize): string {
  return `${width}x${height}`;
}

/** How a turn is put to the model: the form of the command's name unless `--form` says otherwise. */
export function taskAndForm(command: AskingCommand, form: Settings['form']): Pick<TurnOptions, 'task' | 'form'> {
  if (command === 'polish') return { task: 'auto', form: 'polish' };
  const chosen = form ?? (command === 'chat' ? 'auto' : command);
  if (chosen === 'auto') return { task: 'auto', form: 'auto' };
  return chosen === 'typed' ? { task: 'auto', form: 'plain' } : { task: chosen, form: chosen };
}

export function samplingOf(
  { temperature, topP, maxTokens }: Settings,
  form: TurnOptions['form'],
  bundle: BundleSummary['defaults'],
): Sampling {
  const usual = form === 'polish' ? { ...bundle, ...polishSampling } : bundle;
  return {
    temperature: temperature ?? usual.temperature,
    topP: topP ?? usual.topP,
    maxTokens: maxTokens ?? usual.maxTokens,
  };
}

export function seedText(seed: bigint): Seed {
  return seed.toString() as Seed;
}
