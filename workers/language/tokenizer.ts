import { z } from 'zod';
import { fail } from '../../model/failure.ts';
import { firstIssue } from '../../model/schema-issue.ts';
import { chatTemplate } from '../../model/text/chat-template.ts';
import type {
  ChatMessage,
  Ending,
  SpecialNames,
  SpecialToken,
  TextStream,
  Tokenizer,
} from '../../model/text/tokens.ts';
import { loadTransformers, type Transformers } from './transformers.ts';

type Qwen2Tokenizer = InstanceType<Transformers['Qwen2Tokenizer']>;

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
export async function createTokenizer(json: unknown): Promise<Tokenizer> {
  const file = tokenizerFile.safeParse(json);
  if (!file.success) {
    const { key, expected, actual } = firstIssue(file.error, json);
    return fail('TOKENIZER_INVALID', { problem: `${key}: ${expected}, ${actual}` });
  }
  const added = new Map(file.data.added_tokens.map((token) => [token.id, token]));
  return new ByteLevelTokenizer(await wordsOf(file.data), added);
}

async function wordsOf(file: z.infer<typeof tokenizerFile>): Promise<Qwen2Tokenizer> {
  const { Qwen2Tokenizer } = await loadTransformers();
  const special = new Set(file.added_tokens.map(({ content }) => content));
  const words = Object.entries(file.model.vocab).filter(([token]) => !special.has(token));
  const model = { ...file.model, vocab: Object.fromEntries(words) };
  const config = { chat_template: chatTemplate, clean_up_tokenization_spaces: false };
  try {
    return new Qwen2Tokenizer({ ...file, model, added_tokens: [] }, config);
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    return fail('TOKENIZER_INVALID', { problem });
  }
}

class ByteLevelTokenizer implements Tokenizer {
  readonly #words: Qwen2Tokenizer;
  readonly #added: ReadonlyMap<number, AddedToken>;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #names: RegExp;

  constructor(words: Qwen2Tokenizer, added: ReadonlyMap<number, AddedToken>) {
    this.#words = words;
    this.#added = added;
    this.#ids = new Map([...added].map(([id, { content }]) => [content, id]));
    // The longest name first, where one begins with another.
    const names = [...this.#ids.keys()].sort((left, right) => right.length - left.length);
    this.#names = new RegExp(`(${names.map(escaped).join('|')})`);
  }

  encode(text: string, names: SpecialNames): number[] {
    if (names === 'plain') return this.#encodeWords(text);
    const parts = text.split(this.#names);
    return parts.flatMap((part) => {
      const id = this.#ids.get(part);
      return id === undefined ? this.#encodeWords(part) : [id];
    });
  }

  decode(ids: Iterable<number>, special: 'keep' | 'drop'): string {
    let text = '';
    let words: number[] = [];
    for (const id of ids) {
      const added = this.#added.get(id);
      if (added === undefined) words.push(id);
      else if (special === 'keep' || !added.special) {
        text += this.#decodeWords(words) + added.content;
        words = [];
      }
    }
    return text + this.#decodeWords(words);
  }

  /** The library's own streamer keeps words back until a space follows; this one keeps back unfinished characters alone. */
  stream(): TextStream {
    let pending: number[] = [];
    const end = () => {
      const text = this.decode(pending, 'drop');
      pending = [];
      return text;
    };
    return {
      push: (id) => {
        pending.push(id);
        return this.decode(pending, 'drop').endsWith('\ufffd') ? '' : end();
      },
      end,
    };
  }

  idOf(token: SpecialToken): number {
    return this.#ids.get(token) ?? fail('TOKENIZER_INVALID', { problem: token });
  }

  applyChatTemplate(messages: readonly ChatMessage[], ending: Ending): string {
    const conversation = messages.map(({ role, content }) => ({ role, content: [...content] }));
    const options = { tokenize: false, add_generation_prompt: ending === 'reply-follows' } as const;
    return this.#words.apply_chat_template(conversation, options);
  }

  #encodeWords(text: string): number[] {
    return text === '' ? [] : this.#words.encode(text, { add_special_tokens: false });
  }

  #decodeWords(ids: readonly number[]): string {
    return ids.length === 0 ? '' : this.#words.decode([...ids]);
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
