/** The one table of the options of draw, edit, ask, polish and chat: for the command line and the lines of a batch. */
import { choice, UsageError } from '../command.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What was asked for; null where the bundle decides. */
export interface Settings {
  readonly seed: bigint | null;
  readonly steps: number | null;
  readonly size: Size | null;
  readonly guidance: number | null;
  readonly cfg: number | null;
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
}

/** Options that say how one job is done; a batch line has them under the same names. */
export const jobOptions = {
  seed: { type: 'string' },
  steps: { type: 'string' },
  size: { type: 'string' },
  guidance: { type: 'string' },
  cfg: { type: 'string' },
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
} as const;

/** Options of a whole run. */
export const runOptions = {
  bundle: { type: 'string' },
  device: { type: 'string', default: 'wasm' },
  output: { type: 'string', short: 'o' },
  batch: { type: 'string' },
  force: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

export const optionsUsage = `  --bundle DIR               the model (default nano)
  --device wasm|webgpu       where it runs (default wasm; webgpu is headless Chrome)
  --seed N                   0 … 18446744073709551615 (default: drawn at random, printed on stderr)
  --steps N                  1 … 1000
  --size WxH                 64 … 2048 each, rounded up to 16
  --guidance X, --cfg X      0 … 30
  --negative TEXT            what the picture should not be
  --decoder NAME             auto, generation or editing
  --start IMAGE              a picture to start from, with --strength 0 … 1
  --language auto|en|zh
  --form NAME                auto, typed, draw, edit or ask
  --temperature X, --top-p X, --max-tokens N
  --prefill pass|loop
  --recipe FILE              a PNG or JSON recipe to repeat
  --count N                  seeds seed … seed+N−1; writes FILE-SEED.png
  --batch FILE.jsonl         a job a line, one model load
  --force                    write over existing files
  --quiet                    no progress on stderr`;

const forms = ['auto', 'typed', 'draw', 'edit', 'ask'] as const;

export const largestSeed = 2n ** 64n - 1n;

type Given = Readonly<Partial<Record<keyof typeof jobOptions, string | undefined>>>;

/** @throws UsageError with the reason, for the first value that cannot be meant */
export function readSettings(given: Given): Settings {
  const { start, recipe, negative } = given;
  const settings: Settings = {
    seed: given.seed === undefined ? null : readSeed(given.seed),
    steps: wholeNumber('steps', given.steps, 1, 1000),
    size: given.size === undefined ? null : readSize(given.size),
    guidance: decimal('guidance', given.guidance, 0, 30),
    cfg: decimal('cfg', given.cfg, 0, 30),
    negative: negative ?? null,
    decoder: choice('decoder', given.decoder ?? 'auto', ['auto', 'generation', 'editing']),
    start: start ?? null,
    strength: decimal('strength', given.strength, 0, 1),
    language: choice('language', given.language ?? 'auto', ['auto', 'en', 'zh']),
    form: given.form === undefined ? null : choice('form', given.form, forms),
    temperature: decimal('temperature', given.temperature, 0, 2),
    topP: decimal('top-p', given['top-p'], 0, 1),
    maxTokens: wholeNumber('max-tokens', given['max-tokens'], 1, 8192),
    prefill: choice('prefill', given.prefill ?? 'pass', ['pass', 'loop']),
    recipe: recipe ?? null,
    count: wholeNumber('count', given.count, 1, 10_000) ?? 1,
  };
  if (settings.strength !== null && settings.start === null) {
    throw new UsageError('--strength needs a picture to start from (--start)');
  }
  if (settings.seed !== null && settings.seed + BigInt(settings.count) - 1n > largestSeed) {
    throw new UsageError(`--count ${settings.count} goes beyond the largest seed, ${largestSeed}`);
  }
  return settings;
}

export function readSeed(text: string): bigint {
  const seed = /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  if (seed === undefined || seed > largestSeed) {
    throw new UsageError(`--seed is a whole number from 0 to ${largestSeed}, not "${text}"`);
  }
  return seed;
}

/** Both sides are rounded up to what the autoencoder and the patches need. */
export function readSize(text: string): Size {
  const [, width = '', height = ''] = /^(\d{1,5})[x×](\d{1,5})$/i.exec(text) ?? [];
  const sides = [Number(width), Number(height)];
  if (width === '' || sides.some((side) => side < 64 || side > 2048)) {
    throw new UsageError(`--size is WIDTHxHEIGHT, each from 64 to 2048, not "${text}"`);
  }
  return { width: upTo16(Number(width)), height: upTo16(Number(height)) };
}

export function upTo16(side: number): number {
  return Math.ceil(side / 16) * 16;
}

function wholeNumber(option: string, text: string | undefined, low: number, high: number): number | null {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(`--${option} is a whole number from ${low} to ${high}, not "${text}"`);
}

function decimal(option: string, text: string | undefined, low: number, high: number): number | null {
  if (text === undefined) return null;
  const value = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(`--${option} is a number from ${low} to ${high}, not "${text}"`);
}
