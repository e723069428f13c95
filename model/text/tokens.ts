import type { TransformerConfig } from '../config/transformer.ts';
import { fail } from '../failure.ts';

/** The special tokens that a conversation is made of, by their names in the vocabulary (docs/reference.md, "Tokens"). */
export const specialTokens = {
  turnStart: '<|im_start|>',
  turnEnd: '<|im_end|>',
  /** BOI */
  imageStart: '<|vision_start|>',
  /** EOI */
  imageEnd: '<|vision_end|>',
  /** Stands where one image embedding is put. */
  image: '<|image_pad|>',
} as const;

export type SpecialToken = (typeof specialTokens)[keyof typeof specialTokens];

/**
 * What becomes of the names of special tokens in a text: `recognised` makes them those tokens, for text of our own;
 * `plain` leaves them words like all others, for what a person typed.
 */
export type SpecialNames = 'recognised' | 'plain';

/** A message as a chat template reads it. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: readonly ({ readonly type: 'text'; readonly text: string } | { readonly type: 'image' })[];
}

/** Whether a reply is to follow the last message. */
export type Ending = 'reply-follows' | 'closed';

/** Byte-level BPE between text and ids; text is put into NFC and no token is added. */
export interface Tokenizer {
  encode(text: string, names: SpecialNames): number[];
  /** Invalid or incomplete UTF-8 shows as one U+FFFD per maximal invalid part. */
  decode(ids: Iterable<number>, special: 'keep' | 'drop'): string;
  /** For ids that come one by one; special tokens are dropped. */
  stream(): TextStream;
  /** Throws TOKENIZER_INVALID where the vocabulary lacks it. */
  idOf(token: SpecialToken): number;
  /** The chat layout as text. Special tokens stand in it by their names, beside whatever the messages say. */
  applyChatTemplate(messages: readonly ChatMessage[], ending: Ending): string;
}

export interface TextStream {
  /** The text that is certain now: a character is given when its last byte is there. */
  push(id: number): string;
  /** What an incomplete character at the end shows as. */
  end(): string;
}

/** Refuses a tokenizer of another model: CONFIG_INVALID with the key whose id differs. */
export function requireTokenIds(config: TransformerConfig, tokenizer: Tokenizer): void {
  const keys = {
    eos_token_id: specialTokens.turnEnd,
    vision_start_token_id: specialTokens.imageStart,
    vision_end_token_id: specialTokens.imageEnd,
    image_token_id: specialTokens.image,
  } as const;
  for (const key of Object.keys(keys) as (keyof typeof keys)[]) {
    const id = tokenizer.idOf(keys[key]);
    if (config[key] !== id) fail('CONFIG_INVALID', { key, expected: String(id), actual: String(config[key]) });
  }
}
