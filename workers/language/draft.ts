/**
 * Speculative decoding of a reply's trained beginning: the words that are likely to come stand behind the prompt in the pass
 * that reads it. The model still chooses every one of them, or another, from the logits before it; what it agrees with needs
 * no pass of its own, and at its first other word the rest is forgotten. The reply is the same, a drawing a dozen passes sooner.
 */
import { readToken } from './drawing.ts';
import type { LanguageModel } from './model.ts';

export interface DraftOrder {
  /** The likely words; none where nothing is known. */
  readonly ids: readonly number[];
  /** [1 + ids, vocab_size]: behind the prompt, and behind each of the words. */
  readonly logits: Float32Array;
  /** Tokens in the cache before the first of them. */
  readonly start: number;
}

export class Draft {
  readonly #model: LanguageModel;
  readonly #order: DraftOrder;
  #agreed = 0;
  #followed = true;

  constructor(model: LanguageModel, order: DraftOrder) {
    this.#model = model;
    this.#order = order;
  }

  /** Behind the prompt, [vocab_size]. */
  get first(): Float32Array {
    return this.#row(0);
  }

  /** The logits behind the next token of text, [vocab_size]. */
  async read(id: number, position: number): Promise<Float32Array> {
    if (this.#followed && id === this.#order.ids[this.#agreed]) {
      this.#agreed += 1;
      return this.#row(this.#agreed);
    }
    this.end();
    return readToken(this.#model, id, position);
  }

  /** Forgets what was not written. Whether the whole draft was, and nothing else: the cache is then that of one pass. */
  end(): boolean {
    if (!this.#followed) return false;
    this.#followed = false;
    this.#model.rewind(this.#order.start + this.#agreed);
    return this.#agreed === this.#order.ids.length;
  }

  #row(index: number): Float32Array {
    const size = this.#model.config.vocab_size;
    return this.#order.logits.subarray(index * size, (index + 1) * size);
  }
}
