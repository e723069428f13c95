/** A reply's text as it grows. */
import type { Tokenizer } from '../../model/text/tokens.ts';
import type { Reply } from '../protocol.ts';

/** Stands in a reply's text where its picture is. */
const imageMark = '<image>';

export interface SpeakCallbacks {
  /** Of the pictures of a turn, `done` have been seen. */
  reading(done: number, total: number): void;
  /** @param tokens written so far */
  text(delta: string, tokens: number): void;
  /** The model has come to its BOI. */
  imagining(): void;
}

export interface Written {
  readonly text: string;
  /** The words before the picture; null where there is none. */
  readonly beforeImage: string | null;
  readonly drawn: Float32Array | null;
  readonly tokens: number;
  readonly end: Reply['end'];
}

/** Collects a reply token by token; a character is told when its last byte is there. */
export class Writing {
  beforeImage: string | null = null;
  drawn: Float32Array | null = null;
  #text = '';
  #tokens = 0;
  readonly #stream: ReturnType<Tokenizer['stream']>;
  readonly #callbacks: SpeakCallbacks;

  constructor(tokenizer: Tokenizer, callbacks: SpeakCallbacks) {
    this.#stream = tokenizer.stream();
    this.#callbacks = callbacks;
  }

  token(id: number): void {
    this.#tokens += 1;
    this.#add(this.#stream.push(id));
  }

  /** BOI: from here on the model imagines. */
  image(): void {
    this.#tokens += 1;
    this.beforeImage = this.#text;
    this.#add(imageMark);
    this.#callbacks.imagining();
  }

  ended(end: Reply['end']): Written {
    this.#add(this.#stream.end());
    // A picture that was stopped before it was imagined leaves no mark behind.
    const text = this.drawn === null && this.beforeImage !== null ? this.beforeImage : this.#text;
    return { text, beforeImage: this.beforeImage, drawn: this.drawn, tokens: this.#tokens, end };
  }

  #add(delta: string): void {
    if (delta === '') return;
    this.#text += delta;
    this.#callbacks.text(delta, this.#tokens);
  }
}
