/** The one table of the options of draw, edit, ask, polish and chat: for the command line and the lines of a batch. */
import { type PresetName, presetNames } from '../../model/config/presets.ts';
import type { GuidedRange } from '../../model/diffusion/guidance.ts';
import { type DrawnSize, drawnSize } from '../../model/diffusion/size.ts';
import { isSeed } from '../../model/seed.ts';
import { isWithin, settingRanges as ranges } from '../../model/setting-ranges.ts';
import { halfWidth } from '../../model/typed-number.ts';
import { usualPattern } from '../../session/file-name.ts';
import { choice, UsageError } from '../command.ts';
import { readPattern } from './output.ts';
import { decimal, share, wholeNumber } from './typed.ts';

/** What was asked for; null where the bundle decides. */
export interface Settings {
  readonly seed: bigint | null;
  /** Steps, guidance and CFG by one name; what stands beside it goes before it. */
  readonly preset: PresetName | null;
  readonly steps: number | null;
  readonly size: DrawnSize | null;
  readonly guidance: number | null;
  readonly cfg: number | null;
  readonly cfgRange: GuidedRange | null;
  readonly stepCache: number | null;
  readonly negative: string | null;
  readonly decoder: 'auto' | 'generation' | 'editing';
  readonly start: string | null;
  readonly strength: number | null;
  readonly language: 'auto' | 'en' | 'zh';
  readonly form: 'auto' | 'typed' | 'draw' | 'edit' | 'ask' | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly maxTokens: number | null;
  readonly prefill: 'pass' | 'loop';
  readonly recipe: string | null;
  readonly count: number;
  /** The pattern of the names of pictures that have none given. */
  readonly names: string;
}

/** Options that say how one job is done; a batch line has them under the same names. */
export const jobOptions = {
  seed: { type: 'string' },
  preset: { type: 'string' },
  steps: { type: 'string' },
  size: { type: 'string' },
  guidance: { type: 'string' },
  cfg: { type: 'string' },
  'cfg-range': { type: 'string' },
  'step-cache': { type: 'string' },
  negative: { type: 'string' },
  decoder: { type: 'string' },
  start: { type: 'string' },
  strength: { type: 'string' },
  language: { type: 'string' },
  form: { type: 'string' },
  temperature: { type: 'string' },
  'top-p': { type: 'string' },
  'max-tokens': { type: 'string' },
  prefill: { type: 'string' },
  recipe: { type: 'string' },
  count: { type: 'string' },
  names: { type: 'string' },
} as const;

/** Options of a whole run. */
export const runOptions = {
  bundle: { type: 'string' },
  device: { type: 'string', default: 'wasm' },
  threads: { type: 'string' },
  output: { type: 'string', short: 'o' },
  batch: { type: 'string' },
  force: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

const forms = ['auto', 'typed', 'draw', 'edit', 'ask'] as const;

export const largestSeed = 2n ** 64n - 1n;

/** The options as they were written, by their long names. */
export type Given = Readonly<Partial<Record<keyof typeof jobOptions, string | undefined>>>;

const nothingAsked: Settings = {
  seed: null,
  preset: null,
  steps: null,
  size: null,
  guidance: null,
  cfg: null,
  cfgRange: null,
  stepCache: null,
  negative: null,
  decoder: 'auto',
  start: null,
  strength: null,
  language: 'auto',
  form: null,
  temperature: null,
  topP: null,
  maxTokens: null,
  prefill: 'pass',
  recipe: null,
  count: 1,
  names: usualPattern,
};

/**
 * What was given, over what holds otherwise: a recipe's settings, or nothing.
 *
 * @throws UsageError with the reason, for the first value that cannot be meant
 */
export function readSettings(given: Given, otherwise: Settings = nothingAsked): Settings {
  const preset = given.preset === undefined ? null : choice('preset', given.preset, presetNames);
  const { steps, guidance, cfg, cfgRange } = preset === null ? otherwise : nothingAsked;
  const settings: Settings = {
    preset: preset ?? otherwise.preset,
    seed: given.seed === undefined ? otherwise.seed : readSeed(given.seed),
    steps: wholeNumber('steps', given.steps, ranges.steps) ?? steps,
    size: given.size === undefined ? otherwise.size : readSize(given.size),
    guidance: decimal('guidance', given.guidance, ranges.guidance) ?? guidance,
    cfg: decimal('cfg', given.cfg, ranges.cfg) ?? cfg,
    cfgRange: share('cfg-range', given['cfg-range']) ?? cfgRange,
    stepCache: decimal('step-cache', given['step-cache'], ranges.stepCache) ?? otherwise.stepCache,
    negative: given.negative ?? otherwise.negative,
    decoder: choice('decoder', given.decoder ?? otherwise.decoder, ['auto', 'generation', 'editing']),
    start: given.start ?? otherwise.start,
    strength: decimal('strength', given.strength, ranges.strength) ?? otherwise.strength,
    language: choice('language', given.language ?? otherwise.language, ['auto', 'en', 'zh']),
    form: given.form === undefined ? otherwise.form : choice('form', given.form, forms),
    temperature: decimal('temperature', given.temperature, ranges.temperature) ?? otherwise.temperature,
    topP: decimal('top-p', given['top-p'], ranges.topP) ?? otherwise.topP,
    maxTokens: wholeNumber('max-tokens', given['max-tokens'], ranges.maxTokens) ?? otherwise.maxTokens,
    prefill: choice('prefill', given.prefill ?? otherwise.prefill, ['pass', 'loop']),
    recipe: given.recipe ?? otherwise.recipe,
    count: wholeNumber('count', given.count, { low: 1, high: 10_000 }) ?? otherwise.count,
    names: given.names === undefined ? otherwise.names : readPattern(given.names),
  };
  if (settings.strength !== null && settings.start === null && settings.recipe === null) {
    throw new UsageError('--strength needs a picture to start from (--start)');
  }
  if (settings.seed !== null && settings.seed + BigInt(settings.count) - 1n > largestSeed) {
    throw new UsageError(`--count ${settings.count} goes beyond the largest seed, ${largestSeed}`);
  }
  return settings;
}

export function readSeed(text: string): bigint {
  const digits = halfWidth(text);
  if (isSeed(digits)) return BigInt(digits);
  throw new UsageError(`"${text}" is not a valid seed: --seed takes a whole number from 0 to ${largestSeed}`);
}

/** Both sides are rounded up to what can be drawn. */
export function readSize(text: string): DrawnSize {
  const [, width, height] = /^(\d{1,5})[x×](\d{1,5})$/i.exec(halfWidth(text)) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (!Object.values(size).every((side) => isWithin(ranges.side, side))) {
    const { low, high } = ranges.side;
    throw new UsageError(`--size is WIDTHxHEIGHT, each from ${low} to ${high}, not "${text}"`);
  }
  return drawnSize(size);
}
