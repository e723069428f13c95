/**
 * CLIP's byte-pair encoding as one tokenizer.json: FLUX publishes it as vocab.json and merges.txt, and says what is done to a text
 * in front of them in its classes alone (transformers, `CLIPTokenizer`).
 */
const endOfWord = '</w>';
const endOfText = '<|endoftext|>';
const words = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/**
 * @param vocab ids by token
 * @param merges text of merges.txt: a line naming the version, then a pair of tokens a line, the first to be joined first
 */
export function clipTokenizerFile(vocab: Readonly<Record<string, unknown>>, merges: string): object {
  const lines = merges.split(/\r?\n/).filter((line) => line !== '');
  const pairs = lines[0]?.startsWith('#version') ? lines.slice(1) : lines;
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: words }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      unk_token: endOfText,
      continuing_subword_prefix: '',
      end_of_word_suffix: endOfWord,
      fuse_unk: false,
      vocab,
      merges: pairs.map((line) => line.split(' ')),
    },
  };
}
