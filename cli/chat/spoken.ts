import { imageMark } from '../../model/text/template.ts';
import type { Listener } from '../draw/workers.ts';

/** Prints a reply while it is written, on lines of its own. */
export class Spoken {
  readonly #print: (text: string) => void;
  #said = '';
  #line: 'begun' | 'empty' = 'empty';

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  readonly listen: Listener = (event) => {
    if (event.type === 'text') this.#say(event.delta);
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
  }

  #say(text: string): void {
    this.#said += text;
    // A picture's path follows when it is painted, and so does the progress until then.
    for (const [index, part] of text.split(imageMark).entries()) {
      if (index > 0) this.breakLine();
      const words = this.#line === 'empty' ? part.trimStart() : part;
      if (words === '') continue;
      this.#print(words);
      this.#line = words.endsWith('\n') ? 'empty' : 'begun';
    }
  }
}
