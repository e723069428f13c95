/** The options in the help of draw, edit, ask, polish and chat: of each those that it serves. */
import { presetNames } from '../../model/config/presets.ts';
import { type NumberRange, settingRanges as ranges } from '../../model/setting-ranges.ts';
import { nameParts, usualPattern } from '../../session/file-name.ts';
import type { jobOptions, runOptions } from './options.ts';
import type { AskingCommand } from './request.ts';

/** The formats of pictures that are read. */
export const picturesUsage = 'PNG, JPEG, WebP, AVIF, HEIC; of a GIF its first frame';

const partsUsage = nameParts.map((part) => `{${part}}`).join(' ');

type OptionName = keyof typeof jobOptions | keyof typeof runOptions;

const span = ({ low, high }: NumberRange) => `${low} … ${high}`;

/** Each option, or two that go together: how it is written, and what it does. */
const lines: readonly (readonly [readonly OptionName[], string, string])[] = [
  [['bundle'], '--bundle DIR', 'the model: a folder, or nano, which ships with the page (default nano)'],
  [['device'], '--device wasm|webgpu', 'where it runs (default wasm; webgpu is headless Chrome)'],
  [['threads'], '--threads N', 'of wasm (default: the cores, at most 4)'],
  [['seed'], '--seed N', '0 … 18446744073709551615 (default: drawn at random, printed on stderr)'],
  [
    ['preset'],
    '--preset NAME',
    `${presetNames.join(', ')}: steps, guidance and CFG in one; those beside it go before it`,
  ],
  [['steps'], '--steps N', span(ranges.steps)],
  [['size'], '--size WxH', `${span(ranges.side)} each, rounded up to 16`],
  [['guidance', 'cfg'], '--guidance X, --cfg X', span(ranges.cfg)],
  [
    ['cfg-range'],
    '--cfg-range FROM-TO',
    'steps with guidance from a negative branch, 0 … 1 (default 0-1, all of them)',
  ],
  [
    ['step-cache'],
    '--step-cache X',
    `a step is not run that is expected to differ from the last one by less than this share, ${span(ranges.stepCache)} (default 0: all are run)`,
  ],
  [['negative'], '--negative TEXT', 'what the picture should not be, in words that the bundle holds'],
  [['decoder'], '--decoder auto|generation|editing', ''],
  [['start', 'strength'], '--start IMAGE', `a picture to start from, with --strength ${span(ranges.strength)}`],
  [['language'], '--language auto|en|zh', ''],
  [['form'], '--form auto|typed|draw|edit|ask', ''],
  [['temperature'], '--temperature X', span(ranges.temperature)],
  [['top-p'], '--top-p X', span(ranges.topP)],
  [['max-tokens'], '--max-tokens N', span(ranges.maxTokens)],
  [['prefill'], '--prefill pass|loop', ''],
  [['recipe'], '--recipe FILE', 'a PNG or JSON recipe to repeat, with as many threads as it had'],
  [['count'], '--count N', ''],
  [['names'], '--names PATTERN', `names of pictures without -o (default ${usualPattern}): ${partsUsage}`],
  [['batch'], '--batch FILE.jsonl', 'a job a line, one model load'],
  [['force'], '--force', 'write over existing files'],
  [['quiet'], '--quiet', 'neither progress nor an estimated time on stderr'],
];

const aboutPainting = [
  'preset',
  'steps',
  'size',
  'guidance',
  'cfg',
  'cfg-range',
  'step-cache',
  'negative',
  'decoder',
  'start',
  'strength',
] as const;

/** What a command refuses, or takes without anything changing. */
export const notServed: Readonly<Record<AskingCommand, readonly OptionName[]>> = {
  draw: [],
  edit: [],
  ask: [...aboutPainting, 'recipe', 'names', 'force'],
  polish: [...aboutPainting, 'recipe', 'names', 'force'],
  chat: ['batch', 'count', 'recipe', 'start', 'strength'],
};

export function optionsUsage(command: AskingCommand): string {
  const served = lines.filter(([names]) => !names.some((name) => notServed[command].includes(name)));
  return served
    .map(([names, written, what]) => line(written, names[0] === 'count' ? counted(command) : what))
    .join('\n');
}

/** Where nothing is written, each seed has an answer of its own. */
function counted(command: AskingCommand): string {
  const isDrawn = command === 'draw' || command === 'edit';
  return `seeds seed … seed+N−1; ${isDrawn ? 'writes FILE-SEED.png' : 'an answer from each'}`;
}

function line(written: string, what: string): string {
  return `  ${written.padEnd(26)} ${what}`.trimEnd();
}
