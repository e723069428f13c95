/**
 * Weights that decide the words of a model whose other weights are random. Each token of a reply has a dimension of its own in
 * the residual stream, in which the text projector reads what follows it; one attention head of the first layer looks for a
 * question.
 *
 * - By default the trained reply to a drawing, "Here is an image based on the description: ", then BOI, and behind the picture
 *   the end of the turn. To an edit it says the same.
 * - Where the prompt asks (a question mark, or "Please" as in the question that is asked of a picture without words): a
 *   sentence, no picture.
 */
import type { NexusConfig } from '../../model/config/nexus.ts';
import { headWidth } from '../../model/config/transformer.ts';
import { tableNames } from '../../model/pieces/projectors.ts';
import { trainedBeginning } from '../../model/text/forms.ts';
import { specialTokens } from '../../model/text/tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Changes one row of a weight; a vector is one row. */
export type EditRow = (row: Float32Array, index: number) => void;

const { imageStart, imageEnd, turnEnd } = specialTokens;
/** What stands before a reply: the end of the line "<|im_start|>assistant". */
const newline = '\n';
export const drawnWords: readonly string[] = trainedBeginning('draw', 'en').match(/ ?\w+|:| /g) ?? [];
export const saidWords = ['These', ' weights', ' are', ' random', '.'] as const;
const signs = ['?', '？', 'Please'] as const;
export const spokenWords: readonly string[] = [...drawnWords, ...saidWords, ...signs];

/** What follows what; the first reply is said unless a question was found. */
const chains: readonly (readonly string[])[] = [
  [newline, ...drawnWords, imageStart],
  [...saidWords, turnEnd],
  [imageEnd, turnEnd],
];
const followed = [...new Set(chains.flatMap((chain) => chain.slice(0, -1)))];

/** The first dimension chosen for the words; those before it take what sparse layers write, their first output. */
const firstChosen = 32;
const signDimension = firstChosen + followed.length;
const foundDimension = signDimension + 1;
const endOfChosen = foundDimension + 1;
const dimensionOf = (token: string) => firstChosen + followed.indexOf(token);

/** Standard deviation of the residual stream where nothing was chosen: of the token table, and of what a layer adds. */
export const quiet = 0.1;
/** How strongly a chosen dimension stands out of it. */
const loud = 6;
/** Weights of the text projector: what follows a token; what may follow a line break; what must, once a question was found. */
const certain = 1;
const possible = 0.75;

/** The rows to change, by the weight's name. */
export function speakingEdits(config: NexusConfig, vocabulary: Vocabulary): ReadonlyMap<string, EditRow> {
  return new Map([
    [tableNames.tokens, tokenRows(vocabulary)],
    ['lm_head.weight', projectorRows(vocabulary)],
    ...headEdits(config),
  ]);
}

function tokenRows(vocabulary: Vocabulary): EditRow {
  const spoken = new Map(followed.map((token) => [vocabulary.idOf(token), dimensionOf(token)]));
  for (const sign of signs) spoken.set(vocabulary.idOf(sign), signDimension);
  return (row, id) => {
    row.fill(0, firstChosen, endOfChosen);
    const dimension = spoken.get(id);
    if (dimension !== undefined) row[dimension] = loud;
  };
}

function projectorRows(vocabulary: Vocabulary): EditRow {
  const weights = new Map<number, [dimension: number, weight: number][]>();
  const add = (token: string, dimension: number, weight: number) => {
    const id = vocabulary.idOf(token);
    weights.set(id, [...(weights.get(id) ?? []), [dimension, weight]]);
  };
  for (const chain of chains) {
    for (const [index, token] of chain.slice(1).entries()) add(token, dimensionOf(chain[index] ?? ''), certain);
  }
  add(saidWords[0], dimensionOf(newline), possible);
  add(saidWords[0], foundDimension, possible);
  return (row, id) => {
    row.fill(0, firstChosen, endOfChosen);
    for (const [dimension, weight] of weights.get(id) ?? []) row[dimension] = weight;
  };
}

/** The first head of the first layer: turns to a sign wherever it stands, and writes down that it found one. */
function headEdits(config: NexusConfig): readonly (readonly [string, EditRow])[] {
  const width = headWidth(config);
  /** Of the pair of dimensions that turns slowest with the position. */
  const still = width / 2 - 1;
  const weight = (projection: string) => `model.layers.0.self_attn.${projection}_proj.weight`;
  const bias = (projection: string) => `model.layers.0.self_attn.${projection}_proj.bias`;
  const rowsOfHead = (edit: EditRow): EditRow => {
    return (row, index) => {
      if (index >= width) return;
      row.fill(0);
      edit(row, index);
    };
  };
  const set = (at: number, dimension: number, value: number) =>
    rowsOfHead((row, index) => {
      if (index === at) row[dimension] = value;
    });
  const noBias: EditRow = (row) => row.fill(0, 0, width);
  /** Of the first layer's norm at a sign, so that what the head writes is as loud as a token. */
  const size = Math.sqrt(quiet ** 2 + loud ** 2 / config.hidden_size);
  return [
    [weight('q'), rowsOfHead(() => undefined)],
    [
      bias('q'),
      (row) => {
        row.fill(0, 0, width);
        row[still] = 8;
      },
    ],
    [weight('k'), set(still, signDimension, 4)],
    [bias('k'), noBias],
    [weight('v'), set(0, signDimension, 1)],
    [bias('v'), noBias],
    [
      weight('o'),
      (row, to) => {
        row.fill(0, 0, width);
        if (to === foundDimension) row[0] = size;
      },
    ],
  ];
}
