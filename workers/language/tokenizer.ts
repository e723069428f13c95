import { Tokenizer as BytePairEncoder } from '@huggingface/tokenizers';
import { z } from 'zod';
import { fail } from '../../model/failure.ts';
import { firstIssue } from '../../model/schema-issue.ts';
import type { SpecialNames, SpecialToken, TextStream, Tokenizer } from '../../model/text/tokens.ts';

const addedToken = z.object({
  id: z.int().nonnegative(),
  content: z.string().min(1),
  special: z.boolean(),
  // Tokens that swallow spaces or match normalised text are cut out differently; the model has none.
  lstrip: z.literal(false),
  rstrip: z.literal(false),
  single_word: z.literal(false),
  normalized: z.literal(false),
});

const tokenizerFile = z.looseObject({
  added_tokens: z.array(addedToken).min(1),
  model: z.looseObject({ type: z.literal('BPE'), vocab: z.record(z.string(), z.int().nonnegative()) }),
  decoder: z.looseObject({ type: z.literal('ByteLevel') }),
});

type AddedToken = z.infer<typeof addedToken>;

/**
 * A tokenizer from a parsed tokenizer.json. Special tokens are cut out here and only what lies between them goes to the
 * library, whose own list of them stays empty: words can then never become a special token by accident.
 *
 * @throws TOKENIZER_INVALID
 */
export function createTokenizer(json: unknown): Tokenizer {
  const file = tokenizerFile.safeParse(json);
  if (!file.success) {
    const { key, expected, actual } = firstIssue(file.error, json);
    return fail('TOKENIZER_INVALID', { problem: `${key}: ${expected}, ${actual}` });
  }
  const added = new Map(file.data.added_tokens.map((token) => [token.id, token]));
  return new ByteLevelTokenizer(encoderOf(file.data), added);
}

function encoderOf(file: z.infer<typeof tokenizerFile>): BytePairEncoder {
  const special = new Set(file.added_tokens.map(({ content }) => content));
  const words = Object.entries(file.model.vocab).filter(([token]) => !special.has(token));
  const model = { ...file.model, vocab: Object.fromEntries(words) };
  try {
    return new BytePairEncoder({ ...file, model, added_tokens: [] }, {});
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    return fail('TOKENIZER_INVALID', { problem });
  }
}

class ByteLevelTokenizer implements Tokenizer {
  readonly #encoder: BytePairEncoder;
  readonly #added: ReadonlyMap<number, AddedToken>;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #names: RegExp;

  constructor(encoder: BytePairEncoder, added: ReadonlyMap<number, AddedToken>) {
    this.#encoder = encoder;
    this.#added = added;
    this.#ids = new Map([...added].map(([id, { content }]) => [content, id]));
    // The longest name first, where one begins with another.
    const names = [...this.#ids.keys()].sort((left, right) => right.length - left.length);
    this.#names = new RegExp(`(${names.map(escaped).join('|')})`);
  }

  encode(text: string, names: SpecialNames): number[] {
    if (names === 'plain') return this.#words(text);
    const parts = text.split(this.#names);
    return parts.flatMap((part) => {
      const id = this.#ids.get(part);
      return id === undefined ? this.#words(part) : [id];
    });
  }

  decode(ids: Iterable<number>, special: 'keep' | 'drop'): string {
    const bytes = utf8Stream();
    let text = '';
    for (const id of ids) text += this.#push(bytes, id, special);
    return text + bytes.end();
  }

  stream(): TextStream {
    const bytes = utf8Stream();
    return { push: (id) => this.#push(bytes, id, 'drop'), end: () => bytes.end() };
  }

  idOf(token: SpecialToken): number {
    return this.#ids.get(token) ?? fail('TOKENIZER_INVALID', { problem: token });
  }

  #words(text: string): number[] {
    return text === '' ? [] : this.#encoder.encode(text, { add_special_tokens: false }).ids;
  }

  #push(bytes: Utf8Stream, id: number, special: 'keep' | 'drop'): string {
    const added = this.#added.get(id);
    if (added === undefined) return bytes.push(bytesOf(this.#encoder.id_to_token(id) ?? ''));
    if (added.special && special === 'drop') return '';
    return bytes.end() + added.content;
  }
}

interface Utf8Stream {
  push(bytes: Uint8Array): string;
  /** Ends the text; the next push begins another. */
  end(): string;
}

function utf8Stream(): Utf8Stream {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return { push: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** GPT-2's spelling of bytes in a vocabulary: printable ones as themselves, the others in turn from U+0100 on. */
const byteOfCharacter: ReadonlyMap<string, number> = (() => {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const others = bytes.filter((byte) => !isPrintable(byte));
  return new Map([
    ...bytes.filter(isPrintable).map((byte) => [String.fromCharCode(byte), byte] as const),
    ...others.map((byte, index) => [String.fromCharCode(0x100 + index), byte] as const),
  ]);
})();

function bytesOf(token: string): Uint8Array {
  return Uint8Array.from(token, (character) => byteOfCharacter.get(character) ?? 0x3f);
}
