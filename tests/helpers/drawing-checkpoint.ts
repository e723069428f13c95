/**
 * A tiny random Nexus-Gen that really speaks and draws, for tests of the page. All its weights are random but those that
 * decide the words: each token of a reply has a dimension of its own in the residual stream, in which the text projector
 * reads what follows it, and one attention head looks for a sign in the prompt.
 *
 * - By default: "Here is your picture: ", BOI, and behind the picture a full stop.
 * - Where the prompt holds a question mark or a capital P ("Please give a brief description …"): a sentence, no picture.
 * - Where it holds #: the same word again and again, up to the limit of tokens.
 */

import type { ServedSchedule } from '../../model/config/settings.ts';
import { specialTokens } from '../../model/text/tokens.ts';
import { byteTokenizer } from '../../tools/checkpoint/byte-tokenizer.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import type { TestTensor } from './checkpoints.ts';
import { tinyCheckpoint } from './tiny-checkpoint.ts';

const drawnWords = ['Here', ' is', ' your', ' picture', ':', ' '];
const saidWords = ['I', ' can', ' see', ' shapes', '.'];
const endlessWord = ' again';
export const replies = {
  drawn: drawnWords.join('').trim(),
  said: saidWords.join(''),
  endless: endlessWord.trim(),
} as const;

const { imageStart, imageEnd, turnEnd } = specialTokens;
const newline = '\n';
/** What follows what. A reply begins behind a line break; which one depends on the signs in the prompt. */
const chains: readonly (readonly string[])[] = [
  [newline, ...drawnWords, imageStart],
  [...saidWords, turnEnd],
  [endlessWord, endlessWord],
  [imageEnd, '.'],
];

const tokenizer = byteTokenizer([...drawnWords, ...saidWords, endlessWord]);
const hidden = tinySizes.hidden_size;

const sizes = {
  ...tinySizes,
  vocab_size: tokenizer.size,
  bos_token_id: tokenizer.idOf('<|endoftext|>'),
  eos_token_id: tokenizer.idOf(turnEnd),
  vision_start_token_id: tokenizer.idOf(imageStart),
  vision_end_token_id: tokenizer.idOf(imageEnd),
  image_token_id: tokenizer.idOf(specialTokens.image),
  nexus_gen: {
    ...tinySizes.nexus_gen,
    image: { min_pixels: 3136, max_pixels: 12_544, reference_side: 56, drawn_grid: [1, 4, 4] },
    forms: 'trained',
    context: 'turn',
    context_length: 2048,
    preview: {
      matrix: Array.from({ length: 16 }, (_, row) => [0, 1, 2].map((colour) => 0.1 * Math.sin(3 * row + colour))),
      bias: [0.5, 0.5, 0.5],
    },
    defaults: {
      width: 64,
      height: 64,
      steps: 4,
      guidance: 3.5,
      cfg: 1,
      editing_cfg: 1,
      negative: '',
      strength: 1,
    },
  },
};

/** Dimensions of the residual stream: one for each token that is followed by a certain one, then the signs. */
const followed = [...new Set(chains.flatMap((chain) => chain.slice(0, -1)))];
const question = { signs: ['?', 'P'], sign: followed.length, found: followed.length + 1, first: saidWords[0] ?? '' };
const endless = { signs: ['#'], sign: followed.length + 2, found: followed.length + 3, first: endlessWord };
const features = [question, endless];
/** How strongly a chosen dimension stands out of the random ones. */
const loud = 6;

function row({ shape: [, width = 0], values }: TestTensor, index: number): Float32Array {
  return values.subarray(index * width, (index + 1) * width);
}

/** Chooses the weights that decide the words; `tensors` are those of the language model, by name. */
function chooseWeights(tensors: ReadonlyMap<string, TestTensor>): void {
  const tensor = (name: string): TestTensor => {
    const found = tensors.get(name);
    if (found === undefined) throw new Error(`no tensor ${name}`);
    return found;
  };
  const chosen = followed.length + 2 * features.length;
  const embeddings = tensor('model.embed_tokens.weight');
  for (let id = 0; id < tokenizer.size; id += 1) row(embeddings, id).fill(0, 0, chosen);
  followed.forEach((token, dimension) => {
    row(embeddings, tokenizer.idOf(token))[dimension] = loud;
  });
  for (const { signs, sign } of features)
    for (const token of signs) row(embeddings, tokenizer.idOf(token))[sign] = loud;

  // What the layers add stays quiet beside the chosen dimensions.
  for (const [name, { values }] of tensors) {
    if (/^model\.layers\.\d+\.(self_attn\.o_proj|mlp\.down_proj)\.weight$/.test(name)) scale(values, 0.1);
  }
  chooseHead(tensor);

  const logits = tensor('lm_head.weight');
  for (let id = 0; id < tokenizer.size; id += 1) row(logits, id).fill(0, 0, chosen);
  for (const chain of chains) {
    for (const [index, token] of chain.slice(1).entries()) {
      row(logits, tokenizer.idOf(token))[followed.indexOf(chain[index] ?? '')] = 4;
    }
  }
  // Behind a line break a sign that was found outweighs the beginning of a drawing; elsewhere it is too weak.
  for (const { found, first } of features) {
    const weights = row(logits, tokenizer.idOf(first));
    weights[followed.indexOf(newline)] = 3;
    weights[found] = 3;
  }
}

/** The first head of the first layer: turns to the signs wherever they stand and writes down that it found them. */
function chooseHead(tensor: (name: string) => TestTensor): void {
  const width = hidden / tinySizes.num_attention_heads;
  /** The pair of dimensions that turns slowest with the position. */
  const still = width / 2 - 1;
  const projection = (name: string) => tensor(`model.layers.0.self_attn.${name}_proj.weight`);
  const bias = (name: string) => tensor(`model.layers.0.self_attn.${name}_proj.bias`).values;
  for (const name of ['q', 'k', 'v']) {
    for (let dimension = 0; dimension < width; dimension += 1) row(projection(name), dimension).fill(0);
    bias(name).fill(0, 0, width);
  }
  bias('q')[still] = 8;
  features.forEach(({ sign, found }, index) => {
    row(projection('k'), still)[sign] = 4;
    row(projection('v'), index)[sign] = 1;
    for (let to = 0; to < hidden; to += 1) row(projection('o'), to)[index] = to === found ? 1 : 0;
  });
}

function scale(values: Float32Array, factor: number): void {
  for (const [index, value] of values.entries()) values[index] = value * factor;
}

/**
 * The published folders of this model, as files by path.
 *
 * @param schedules those that a bundle of it holds modulation tables of
 */
export function drawingCheckpoint(schedules: readonly ServedSchedule[] = []): Map<string, Uint8Array> {
  const made = schedules.length === 0 ? sizes : { ...sizes, nexus_gen: { ...sizes.nexus_gen, schedules } };
  return tinyCheckpoint(made, {
    tokenizer: tokenizer.json,
    change: (tensors) => chooseWeights(tensors.get('language') ?? new Map()),
  });
}
