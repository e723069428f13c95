/** A tokenizer.json of 256 bytes, a few whole words and the special tokens: small, and any text goes in and comes out. */
import { specialTokens } from '../../model/text/tokens.ts';

/** GPT-2's spelling of bytes: printable ones as themselves, the others in turn from U+0100 on. */
const spelledBytes: readonly string[] = (() => {
  const isPrintable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    if (isPrintable(byte)) return String.fromCharCode(byte);
    others += 1;
    return String.fromCharCode(255 + others);
  });
})();

/** A text as the vocabulary spells it. */
export function spelled(text: string): readonly string[] {
  return [...new TextEncoder().encode(text)].map((byte) => spelledBytes[byte] ?? '');
}

export interface ByteTokenizer {
  readonly json: unknown;
  readonly size: number;
  /** The id of one of the words, of a special token, or of a character of one byte. */
  idOf(token: string): number;
}

export function byteTokenizer(words: readonly string[]): ByteTokenizer {
  const vocabulary = new Map(spelledBytes.map((character, byte) => [character, byte]));
  const merges: string[] = [];
  for (const word of words) {
    const [first = '', ...rest] = spelled(word);
    let prefix = first;
    for (const next of rest) {
      const longer = prefix + next;
      if (!vocabulary.has(longer)) {
        merges.push(`${prefix} ${next}`);
        vocabulary.set(longer, vocabulary.size);
      }
      prefix = longer;
    }
  }
  const special = ['<|endoftext|>', ...Object.values(specialTokens)];
  const added = special.map((content, index) => ({
    id: vocabulary.size + index,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const ids = new Map([...vocabulary, ...added.map(({ content, id }) => [content, id] as const)]);
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: { type: 'NFC' },
      pre_tokenizer: byteLevel,
      post_processor: { ...byteLevel, use_regex: false },
      decoder: { ...byteLevel, use_regex: false },
      model: { type: 'BPE', vocab: Object.fromEntries(vocabulary), merges },
    },
    size: ids.size,
    idOf(token) {
      const id = ids.get(token) ?? ids.get(spelled(token).join(''));
      if (id === undefined) throw new Error(`no token ${token}`);
      return id;
    },
  };
}
