/**
 * Weights that decide the words of a model whose other weights are random. Each token of a reply has a dimension of its own in
 * the residual stream, in which the text projector reads what follows it; two attention heads of the first layer look for a
 * question and for a picture.
 *
 * - By default the trained reply to a drawing, "Here is an image based on the description: ", then BOI, and behind the picture
 *   the end of the turn. Where the prompt holds a picture the trained reply to an edit, "Here is the image: ", likewise: a reply
 *   that is not what its draft expects takes a pass for each token, which is most of what an edit costs.
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
const wordsOf = (form: 'draw' | 'edit'): readonly string[] => trainedBeginning(form, 'en').match(/ ?\w+|:| /g) ?? [];
export const drawnWords = wordsOf('draw');
export const editedWords = wordsOf('edit');
export const saidWords = ['These', ' weights', ' are', ' random', '.'] as const;
const questionSigns = ['?', '？', 'Please'] as const;
export const spokenWords: readonly string[] = [
  ...new Set([...drawnWords, ...editedWords]),
  ...saidWords,
  ...questionSigns,
];

/** What follows what; the first reply is said unless a question or a picture was found. */
const chains: readonly (readonly string[])[] = [
  [newline, ...drawnWords, imageStart],
  [...saidWords, turnEnd],
  [imageEnd, turnEnd],
];
const followed = [...new Set(chains.flatMap((chain) => chain.slice(0, -1)))];
const [drawing = []] = chains;
/** Where the reply to an edit leaves the other: what follows a word once a picture was found. */
const turnsToEdit = editedWords.slice(1).flatMap((word, at): readonly (readonly [before: string, word: string])[] => {
  const before = editedWords[at] ?? '';
  return drawing[drawing.indexOf(before) + 1] === word ? [] : [[before, word]];
});

/** The first dimension chosen for the words; those before it take what sparse layers write, their first output. */
const firstChosen = 32;
interface Feature {
  /** Any of these in the prompt is a sign of it. */
  readonly signs: readonly string[];
  readonly signDimension: number;
  readonly foundDimension: number;
}
const featureOf = (signs: readonly string[], at: number): Feature => {
  const signDimension = firstChosen + followed.length + 2 * at;
  return { signs, signDimension, foundDimension: signDimension + 1 };
};
const question = featureOf(questionSigns, 0);
const picture = featureOf([imageStart], 1);
/** Each is found by the first head of a group of its own, since heads of a group share keys and values. */
const features = [question, picture];
const endOfChosen = firstChosen + followed.length + 2 * features.length;
const dimensionOf = (token: string) => firstChosen + followed.indexOf(token);

/** Standard deviation of the residual stream where nothing was chosen: of the token table, and of what a layer adds. */
export const quiet = 0.1;
/** How strongly a chosen dimension stands out of it. */
const loud = 6;
/** Weights of the text projector: what follows a token; what may follow it, and must once a question or a picture was found. */
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
  for (const { signs, signDimension } of features) {
    for (const sign of signs) spoken.set(vocabulary.idOf(sign), signDimension);
  }
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
  add(saidWords[0], question.foundDimension, possible);
  for (const [before, word] of turnsToEdit) {
    add(word, dimensionOf(before), possible);
    add(word, picture.foundDimension, possible);
  }
  return (row, id) => {
    row.fill(0, firstChosen, endOfChosen);
    for (const [dimension, weight] of weights.get(id) ?? []) row[dimension] = weight;
  };
}

/**
 * Heads of the first layer, one a feature: each turns to the feature's sign wherever it stands, and writes down that it found one.
 * With a head for both the signs of one would draw attention from those of the other.
 */
function headEdits(config: NexusConfig): readonly (readonly [string, EditRow])[] {
  const width = headWidth(config);
  const heads = config.num_attention_heads / config.num_key_value_heads;
  if (config.num_key_value_heads < features.length) throw new Error('a group of heads for each feature');
  /** Of the pair of dimensions that turns slowest with the position. */
  const still = width / 2 - 1;
  const weight = (projection: string) => `model.layers.0.self_attn.${projection}_proj.weight`;
  const bias = (projection: string) => `model.layers.0.self_attn.${projection}_proj.bias`;
  /** Edits the rows of each feature's head, of which there are so many in a group. */
  const rowsOfHeads = (grouped: number, edit: (row: Float32Array, at: number, feature: Feature) => void): EditRow => {
    return (row, index) => {
      const group = Math.floor(index / (grouped * width));
      const feature = features[group];
      const at = index - group * grouped * width;
      if (feature === undefined || at >= width) return;
      row.fill(0);
      edit(row, at, feature);
    };
  };
  const nothing = rowsOfHeads(heads, () => undefined);
  const sign = (of: number, value: number) =>
    rowsOfHeads(1, (row, at, { signDimension }) => {
      if (at === of) row[signDimension] = value;
    });
  const noBias: EditRow = (row) => row.fill(0, 0, features.length * width);
  /** Of the first layer's norm at a sign, so that what the head writes is as loud as a token. */
  const size = Math.sqrt(quiet ** 2 + loud ** 2 / config.hidden_size);
  return [
    [weight('q'), nothing],
    [
      bias('q'),
      (row) =>
        features.forEach((_, group) => {
          const begin = group * heads * width;
          row.fill(0, begin, begin + width);
          row[begin + still] = 8;
        }),
    ],
    [weight('k'), sign(still, 4)],
    [bias('k'), noBias],
    [weight('v'), sign(0, 1)],
    [bias('v'), noBias],
    [
      weight('o'),
      (row, to) =>
        features.forEach(({ foundDimension }, group) => {
          const begin = group * heads * width;
          row.fill(0, begin, begin + width);
          if (to === foundDimension) row[begin] = size;
        }),
    ],
  ];
}
