/**
 * A reply as it is written: text token by token, and at the model's own BOI a drawing (docs/reference.md, "Prefilled
 * autoregression").
 */
import { type DrawingOptions, drawImage } from './imagining.ts';
import type { LanguageModel } from './model.ts';

export type ReplyPart =
  | {
      readonly kind: 'token';
      readonly id: number;
      readonly position: number;
      /** What the token was chosen from; null for EOI, which is forced. */
      readonly logits: Float32Array | null;
    }
  | {
      readonly kind: 'image';
      /** Position of the BOI before it. */
      readonly start: number;
      readonly embeddings: Float32Array;
    };

export interface ReplyOptions extends Pick<DrawingOptions, 'grid' | 'mergeSize' | 'mode' | 'between'> {
  /** Logits behind the last token of the prompt, and the position of the first token of the reply. */
  readonly logits: Float32Array;
  readonly position: number;
  /** Chooses the next id; the banned ones have no chance. */
  readonly choose: (logits: Float32Array, banned: readonly number[]) => number;
  /** Tokens at most, those of the image and EOI included. */
  readonly maximumTokens: number;
  /** Reads a token of text and answers the logits behind it. */
  readonly read: (id: number, position: number) => Promise<Float32Array>;
  /** Whether an id ends the reply; it is answered, but not read into the cache. */
  readonly ends: (id: number) => boolean;
}

/**
 * Writes a reply. EOI is never chosen, only forced behind an image; BOI is chosen once at most. Text behind the image goes on
 * at the position after its largest, as in training.
 */
export async function* writeReply(model: LanguageModel, options: ReplyOptions): AsyncGenerator<ReplyPart, void> {
  const { vision_start_token_id: beginOfImage, vision_end_token_id: endOfImage } = model.config;
  let banned: readonly number[] = [endOfImage];
  let { logits, position } = options;
  for (let written = 0; written < options.maximumTokens; ) {
    await options.between?.();
    const id = options.choose(logits, banned);
    yield { kind: 'token', id, position, logits };
    written += 1;
    if (options.ends(id)) return;
    if (id === beginOfImage) {
      const drawn = await drawImage(model, { ...options, start: position });
      yield { kind: 'image', start: position, embeddings: drawn.embeddings };
      position = drawn.end;
      yield { kind: 'token', id: endOfImage, position, logits: null };
      banned = [endOfImage, beginOfImage];
      written += drawn.embeddings.length / model.config.hidden_size + 1;
      logits = await drawn.behind();
    } else {
      logits = await options.read(id, position);
    }
    position += 1;
  }
}
