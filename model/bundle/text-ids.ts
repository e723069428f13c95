/** A text as the ids that the text encoders read, as many as they always read (docs/reference.md, "Text encoders"). */
import type { ByteSource } from '../checkpoint/source.ts';
import { decodeUtf8 } from '../checkpoint/utf8.ts';
import type { ClipConfig } from '../config/text-encoders.ts';
import { fail } from '../failure.ts';
import { clipTokenizerFile } from '../text/clip-tokenizer.ts';
import { readJson, tokenizerLimits } from './source-json.ts';

/** The ids of words, none added in front or behind. */
export type WordIds = (words: string) => readonly number[];

/**
 * Makes a tokenizer of the content of a tokenizer.json; given by whoever has the library, since the model has none.
 *
 * @throws TOKENIZER_INVALID
 */
export type OpenTokenizer = (file: object) => Promise<WordIds>;

/** The files of FLUX's two tokenizers. */
export interface TokenizerFiles {
  /** tokenizer.json of `tokenizer_2/`. */
  readonly t5: ByteSource;
  /** vocab.json and merges.txt of `tokenizer/`. */
  readonly clip: { readonly vocab: ByteSource; readonly merges: ByteSource };
}

const t5Pad = 0;
const t5End = 1;

/** [tokens]: the words, the end token, padding. Of words that are too many the last ones are cut off. */
export function t5Ids(words: readonly number[], tokens: number): Int32Array {
  const ids = new Int32Array(tokens).fill(t5Pad);
  const kept = words.slice(0, tokens - 1);
  ids.set([...kept, t5End]);
  return ids;
}

/** [positions]: the token that begins a text, the words, and end tokens up to the end. */
export function clipIds(words: readonly number[], { positions, bos, eos }: ClipConfig): Int32Array {
  const ids = new Int32Array(positions).fill(eos);
  ids.set([bos, ...words.slice(0, positions - 2)]);
  return ids;
}

/** @throws CONFIG_INVALID, CONFIG_JSON, TOKENIZER_INVALID */
export async function openT5Tokenizer({ t5 }: TokenizerFiles, open: OpenTokenizer): Promise<WordIds> {
  return open(await readJson(t5, tokenizerLimits));
}

/** @throws CONFIG_INVALID, CONFIG_JSON, TOKENIZER_INVALID */
export async function openClipTokenizer({ clip }: TokenizerFiles, open: OpenTokenizer): Promise<WordIds> {
  const { vocab, merges } = clip;
  const isLarge = merges.size > tokenizerLimits.bytes;
  const text = isLarge ? undefined : decodeUtf8(await merges.read(0, merges.size));
  if (text === undefined) return fail('TOKENIZER_INVALID', { problem: merges.name });
  return open(clipTokenizerFile(await readJson(vocab, tokenizerLimits), text));
}
