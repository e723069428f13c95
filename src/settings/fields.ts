/** The settings a person can write: their ranges, and what a field's text means. */
import type { GuidedRange } from '../../model/diffusion/guidance.ts';
import { isSeed } from '../../model/seed.ts';
import { isWithin, type NumberRange, settingRanges } from '../../model/setting-ranges.ts';
import { halfWidth, typedNumber, typedWhole } from '../../model/typed-number.ts';
import { servedNegatives, servesCfg } from '../../session/negatives.ts';
import type { BundleSummary, Decoder, Seed, Task } from '../../workers/protocol.ts';

interface TypedNumber extends NumberRange {
  readonly whole: boolean;
  /** Of the arrow keys. */
  readonly step: number;
}

export const numberFields = {
  steps: { ...settingRanges.steps, whole: true, step: 1 },
  guidance: { ...settingRanges.guidance, whole: false, step: 0.5 },
  cfg: { ...settingRanges.cfg, whole: false, step: 0.5 },
  cfgFrom: { ...settingRanges.cfgRange, whole: false, step: 0.05 },
  cfgTo: { ...settingRanges.cfgRange, whole: false, step: 0.05 },
  stepCache: { ...settingRanges.stepCache, whole: false, step: 0.01 },
  strength: { ...settingRanges.strength, whole: false, step: 0.05 },
  temperature: { ...settingRanges.temperature, whole: false, step: 0.1 },
  topP: { ...settingRanges.topP, whole: false, step: 0.05 },
  maxTokens: { ...settingRanges.maxTokens, whole: true, step: 1 },
} as const satisfies Record<string, TypedNumber>;

export type NumberField = keyof typeof numberFields;

export const numberFieldNames = Object.keys(numberFields) as readonly NumberField[];

/** Fields of guidance from a negative branch. */
type CfgField = 'cfg' | 'cfgFrom' | 'cfgTo';

/** Fields that have a number of the bundle's own. */
type BundleNumber = Exclude<NumberField, CfgField | 'stepCache'>;

export interface Settings extends Readonly<Record<Exclude<NumberField, CfgField>, number>> {
  /** Null: the bundle's scale for a drawing, or its own for an edit. */
  readonly cfg: number | null;
  /** The part of the steps with guidance from a negative branch; null: all of them. */
  readonly cfgRange: GuidedRange | null;
  readonly task: Task;
  /** Null: the bundle's size for a drawing, its area at the input's aspect for an edit. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly decoder: Decoder | 'auto';
  readonly prefill: 'pass' | 'loop';
  /** Null: drawn at random for each picture. */
  readonly seed: Seed | null;
  readonly lockSeed: boolean;
  /** Drawings have few steps at first. */
  readonly draft: boolean;
  readonly negative: string;
}

/** The fields, by their names. */
export type SettingName = Exclude<keyof Settings, 'cfgRange'> | NumberField;

/** What a person has written, by field; a field that is absent follows the bundle. */
export type Drafts = Readonly<Partial<Record<SettingName, string | boolean>>>;

/** The number a field's text means, or null where it is outside the field's range. */
export function parseNumber(name: NumberField, text: string): number | null {
  const range = numberFields[name];
  const value = range.whole ? typedWhole(text) : typedNumber(text);
  return value !== null && isWithin(range, value) ? value : null;
}

/** Null for text that is no seed; an empty field is none either and asks for a random one. */
export function parseSeedField(text: string): Seed | null {
  const digits = halfWidth(text);
  return isSeed(digits) ? (BigInt(digits).toString() as Seed) : null;
}

export function parseSize(text: string): { readonly width: number; readonly height: number } | null {
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(text) ?? [];
  if (width === undefined || height === undefined) return null;
  const size = { width: Number(width), height: Number(height) };
  return Object.values(size).every((side) => isWithin(settingRanges.side, side)) ? size : null;
}

const tasks: readonly string[] = ['auto', 'draw', 'edit', 'ask'];
const decoders: readonly string[] = ['auto', 'generation', 'editing'];

/** Whether a field's text can be sent; of what it cannot, the last good value is. */
export function isGood(name: SettingName, draft: string | boolean): boolean {
  if (name === 'lockSeed' || name === 'draft') return typeof draft === 'boolean';
  if (typeof draft !== 'string') return false;
  if (name in numberFields) return draft === '' || parseNumber(name as NumberField, draft) !== null;
  switch (name) {
    case 'seed':
      return draft.trim() === '' || parseSeedField(draft) !== null;
    case 'size':
      return draft === 'auto' || parseSize(draft) !== null;
    case 'task':
      return tasks.includes(draft);
    case 'decoder':
      return decoders.includes(draft);
    case 'prefill':
      return draft === 'pass' || draft === 'loop';
    default:
      return draft.length <= 10_000;
  }
}

/** The number that counts in a field, as text; empty where that is the bundle's own and no bundle is known yet. */
export function usedNumber(name: NumberField, good: Drafts, fallback: number | undefined): string {
  const draft = good[name];
  const number = typeof draft === 'string' ? parseNumber(name, draft) : null;
  return String(number ?? fallback ?? '');
}

/** The seed that counts; empty where one is drawn at random. */
export function usedSeed({ seed }: Drafts): string {
  return typeof seed === 'string' ? (parseSeedField(seed) ?? '') : '';
}

/**
 * The settings that hold: good drafts over the bundle's own. A draft that the bundle cannot serve, written for another one or
 * before there was any, counts as not written: its field cannot be changed while this bundle is open.
 */
export function settingsOf(good: Drafts, bundle: BundleSummary): Settings {
  const { defaults } = bundle;
  const text = (name: SettingName) => {
    const draft = good[name];
    return typeof draft === 'string' ? draft : '';
  };
  const number = (name: BundleNumber) => parseNumber(name, text(name)) ?? defaults[name];
  return {
    steps: number('steps'),
    guidance: number('guidance'),
    cfg: servesCfg(bundle) ? parseNumber('cfg', text('cfg')) : null,
    cfgRange: servesCfg(bundle) ? guidedRange(text('cfgFrom'), text('cfgTo')) : null,
    stepCache: parseNumber('stepCache', text('stepCache')) ?? eachStep,
    strength: number('strength'),
    temperature: number('temperature'),
    topP: number('topP'),
    maxTokens: number('maxTokens'),
    task: tasks.includes(text('task')) ? (text('task') as Task) : 'auto',
    size: parseSize(text('size')),
    decoder: bundle.decoders.find((decoder) => decoder === text('decoder')) ?? 'auto',
    prefill: text('prefill') === 'loop' ? 'loop' : 'pass',
    seed: parseSeedField(text('seed')),
    lockSeed: good.lockSeed === true,
    draft: good.draft === true,
    negative: usedNegative(good, bundle),
  };
}

/** The step cache that runs them all, where nothing is written. */
export const eachStep = 0;

/** All steps where nothing is written. */
export const wholeRange: GuidedRange = [0, 1];

/** Null for all steps, and where it would end before it begins: two tabs may have written a border each. */
function guidedRange(from: string, to: string): GuidedRange | null {
  const range = bordersOf(from, to);
  return range === null || (range[0] === wholeRange[0] && range[1] === wholeRange[1]) ? null : range;
}

function bordersOf(from: string, to: string): GuidedRange | null {
  const begin = from.trim() === '' ? wholeRange[0] : parseNumber('cfgFrom', from);
  const end = to.trim() === '' ? wholeRange[1] : parseNumber('cfgTo', to);
  return begin === null || end === null || begin > end ? null : [begin, end];
}

/** Whether the part of the steps that is written ends before it begins, each border being good alone. */
export function isReversed({ cfgFrom = '', cfgTo = '' }: Drafts): boolean {
  const areGood = isGood('cfgFrom', cfgFrom) && isGood('cfgTo', cfgTo);
  return areGood && bordersOf(String(cfgFrom), String(cfgTo)) === null;
}

/** Whether a bundle draws with a negative prompt; the spaces around it say nothing. */
export function isServedNegative(text: string, bundle: BundleSummary): boolean {
  return text.trim() === '' || servedNegatives(bundle).includes(text.trim());
}

/** The negative prompt that counts; the empty one where what was written is another bundle's. */
export function usedNegative({ negative }: Drafts, bundle: BundleSummary | undefined): string {
  const isServed = typeof negative === 'string' && bundle !== undefined && isServedNegative(negative, bundle);
  return isServed ? negative.trim() : '';
}

/** A seed of 64 random bits. */
export function randomSeed(): Seed {
  const [value = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return value.toString() as Seed;
}
