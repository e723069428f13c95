/** A conversation on the terminal: its turns, the pictures that wait for the next one, and the last result. */
import type { ImageId, Turn } from '../../workers/protocol.ts';
import { type Answer, answer, type Studio, type Tell } from '../draw/answer.ts';
import type { Settings } from '../draw/options.ts';
import { decodePicture, imageId, type Picture } from '../draw/pictures.ts';
import { taskAndForm } from '../draw/request.ts';

export interface Said {
  readonly reply: Answer['reply'];
  readonly picture: Picture | null;
}

export class Conversation {
  readonly #studio: Studio;
  readonly #settings: Settings;
  #turns: readonly Turn[] = [];
  #waiting: readonly ImageId[] = [];
  #reference: ImageId | null = null;
  #last: Picture | null = null;

  constructor(studio: Studio, settings: Settings) {
    this.#studio = studio;
    this.#settings = settings;
  }

  /** The picture that was drawn last. */
  get last(): Picture | null {
    return this.#last;
  }

  get hasPictureWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The picture goes with the next turn. */
  add(picture: Picture): void {
    this.#studio.album.add(picture);
    this.#waiting = [...this.#waiting, picture.id];
  }

  /** The next turn is about the last result, which stands in front of the pictures that wait. */
  edit({ id }: Picture): void {
    this.#waiting = [id, ...this.#waiting.filter((waiting) => waiting !== id)];
    this.#reference = id;
  }

  begin(): void {
    this.#turns = [];
    this.#waiting = [];
    this.#reference = null;
    this.#last = null;
  }

  /**
   * One turn. Where it fails the conversation is as it was, and the pictures go on waiting.
   *
   * @param file the name of what may be drawn
   * @param tell what the turn tells on its way
   */
  async say(text: string, seed: bigint, file: string, tell?: Tell): Promise<Said> {
    const turn: Turn = { from: 'person', text, images: this.#waiting };
    const question = {
      ...taskAndForm('chat', this.#settings.form),
      turns: [...this.#turns, turn],
      reference: this.#reference,
      settings: this.#settings,
      start: null,
      composite: null,
      enlargement: null,
      area: null,
      imagined: null,
      wordsSeed: null,
      wanted: 'pictures',
    } as const;
    const { reply, png } = await answer(this.#studio, question, seed, tell);
    const picture = png && (await this.#remember(file, png, reply));
    this.#turns = [...question.turns, { from: 'model', text: reply.text, drawn: picture?.id ?? null }];
    this.#waiting = [];
    this.#reference = null;
    return { reply, picture };
  }

  async #remember(file: string, bytes: Uint8Array, { drawing }: Answer['reply']): Promise<Picture> {
    const picture = { id: imageId(bytes), file, bytes, pixels: await decodePicture(file, bytes) };
    const { album, model } = this.#studio;
    if (drawing !== null) album.setDrawn(picture.id, drawing.target, model.opened.bundle.identity.language);
    album.add(picture);
    this.#last = picture;
    return picture;
  }
}
