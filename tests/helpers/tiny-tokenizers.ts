/** Tokenizers of FLUX's text encoders for a few letters, in the files that FLUX publishes. */

/** T5's: pieces with their scores, unknown letters as one. */
const t5Pieces = ['<pad>', '</s>', '<unk>', '▁', ...'abcdefgilmnoqrtuwy,'].map(
  (piece, at) => [piece, at < 3 ? 0 : -at] as const,
);

export const tinyT5Tokenizer = {
  version: '1.0',
  added_tokens: [],
  normalizer: { type: 'NFKC' },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'WhitespaceSplit' },
      { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    ],
  },
  post_processor: null,
  decoder: null,
  model: { type: 'Unigram', unk_id: 2, vocab: t5Pieces, byte_fallback: false },
};

const letters = 'abcdefghijklmnopqrstuvwxyz,';
const clipTokens = [...letters, ...[...letters].map((letter) => `${letter}</w>`), 'lo', 'low</w>', 'bl', 'blu'];

/** CLIP's: letters, letters that end a word, pairs of them, and the two tokens that begin and end a text. */
export const tinyClipVocab: Readonly<Record<string, number>> = {
  ...Object.fromEntries(clipTokens.map((token, id) => [token, id])),
  '<|startoftext|>': 62,
  '<|endoftext|>': 63,
};
export const tinyClipMerges = '#version: 0.2\nl o\nlo w</w>\nb l\nbl u\n';
