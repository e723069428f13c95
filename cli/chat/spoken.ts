import { imageMark } from '../../model/text/template.ts';
import type { Tell } from '../draw/answer.ts';

/** Prints a reply while it is written, on lines of its own. */
export class Spoken {
  readonly #print: (text: string) => void;
  #said = '';
  #line: 'begun' | 'empty' = 'empty';
  /** Said, and printed once words follow on the line. */
  #space = '';

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  readonly listen: Tell = (event) => {
    if (event.type === 'text') this.#say(event.delta);
    if (event.type === 'begun again') this.#beginAgain();
  };

  /** Prints what is left of the whole reply: its last words may be told late. */
  end(whole: string): void {
    this.#say(whole.slice(this.#said.length));
    this.breakLine();
  }

  /** What comes next begins a line. */
  breakLine(): void {
    if (this.#line === 'begun') this.#print('\n');
    this.#line = 'empty';
    this.#space = '';
  }

  /** What was printed stands; the words follow once more below it. */
  #beginAgain(): void {
    this.breakLine();
    this.#said = '';
  }

  #say(delta: string): void {
    this.#said += delta;
    // A picture's path follows when it is painted, and so does the progress until then.
    for (const [index, part] of delta.split(imageMark).entries()) {
      if (index > 0) this.breakLine();
      const text = this.#line === 'empty' ? part.trimStart() : this.#space + part;
      const words = text.trimEnd();
      this.#space = text.slice(words.length);
      if (words === '') continue;
      this.#print(words);
      this.#line = 'begun';
    }
  }
}
