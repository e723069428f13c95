/**
 * Speculative decoding of a reply's trained beginning: draft tokens stand behind the prompt in the pass that reads it.
 * The model still chooses every one of them, or another, from the logits before it; what it agrees with needs no pass of its
 * own, and at its first other token the rest is forgotten. The reply is the same, a drawing a dozen passes sooner.
 */
import { readToken } from './imagining.ts';
import type { LanguageModel } from './model.ts';

export interface DraftOptions {
  /** The draft tokens; none where nothing is known of the reply. */
  readonly ids: readonly number[];
  /** [1 + ids, vocab_size]: behind the prompt, and behind each of the draft tokens. */
  readonly logits: Float32Array;
  /** Tokens in the cache before the first of them. */
  readonly start: number;
}

export class Draft {
  readonly #model: LanguageModel;
  readonly #options: DraftOptions;
  #agreed = 0;
  #followed = true;

  constructor(model: LanguageModel, options: DraftOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** Behind the prompt, [vocab_size]. */
  get first(): Float32Array {
    return this.#row(0);
  }

  /** The logits behind the next token of text, [vocab_size]. */
  async read(id: number, position: number): Promise<Float32Array> {
    if (this.#followed && id === this.#options.ids[this.#agreed]) {
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
    this.#model.rewind(this.#options.start + this.#agreed);
    return this.#agreed === this.#options.ids.length;
  }

  #row(index: number): Float32Array {
    const size = this.#model.config.vocab_size;
    return this.#options.logits.subarray(index * size, (index + 1) * size);
  }
}
