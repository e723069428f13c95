/** A chat's lines, one after another: replies to stdout, all else to stderr. What fails ends its line, not the chat. */
import { basename } from 'node:path';
import { failureOf } from '../../model/failure.ts';
import type { NamedPicture } from '../../session/file-name.ts';
import type { TerminalSentences } from '../../words/terminal-sentences.ts';
import type { Studio } from '../draw/answer.ts';
import { answeredLine, failedLine, type JobLine } from '../draw/job-line.ts';
import { largestSeed, type Settings } from '../draw/options.ts';
import { turnFile } from '../draw/output.ts';
import { wordsOf } from '../draw/perform.ts';
import { type Picture, readPicture } from '../draw/pictures.ts';
import { watched } from '../draw/watch.ts';
import { sentenceLine } from '../say.ts';
import { jsonLine, shownPath, shownWords, visible } from '../visible.ts';
import { type Existing, writeWhole } from '../whole-file.ts';
import { Conversation } from './conversation.ts';
import { type ChatLine, readLine } from './lines.ts';
import { Spoken } from './spoken.ts';

export interface ChatOptions {
  readonly settings: Settings;
  /** Of the first turn; each turn after it has the next one. */
  readonly seed: bigint;
  /** Of a picture's file; the next free name serves where that is taken and kept. */
  readonly nameOf: (picture: NamedPicture) => string;
  readonly existing: Existing;
  readonly quiet: boolean;
  /** Replies as they are written and the paths of pictures, or a line of JSON a turn, as jobs of a batch have them. */
  readonly print: 'words' | 'json';
  readonly words: TerminalSentences;
}

export class ChatSession {
  readonly #options: ChatOptions;
  readonly #conversation: Conversation;
  readonly #model: string;
  #seed: bigint;
  /** Pictures of this conversation. */
  #drawn = 0;

  constructor(studio: Studio, options: ChatOptions) {
    this.#options = options;
    this.#seed = options.seed;
    this.#model = studio.model.opened.bundle.name;
    this.#conversation = new Conversation(studio, options.settings);
  }

  /** Does what a line asks for; whether the chat goes on. */
  async take(line: string): Promise<'goes-on' | 'ended'> {
    const asked = readLine(line);
    if (asked.kind === 'quit') return 'ended';
    try {
      await this.#do(asked);
    } catch (thrown) {
      note(sentenceLine(failureOf(thrown)));
    }
    return 'goes-on';
  }

  async #do(asked: Exclude<ChatLine, { kind: 'quit' }>): Promise<void> {
    const { chat } = this.#options.words;
    switch (asked.kind) {
      case 'nothing':
        return this.#conversation.hasPictureWaiting ? this.#say('') : undefined;
      case 'turn':
        return this.#say(asked.text);
      case 'image': {
        const picture = await readPicture(asked.path);
        this.#conversation.add(picture);
        return note(chat.added(picture.file));
      }
      case 'edit':
        return this.#edit();
      case 'save':
        return this.#save(asked.path);
      case 'new':
        this.#conversation.begin();
        this.#drawn = 0;
        return note(chat.emptied);
      case 'no-path':
        return note(chat.noPath(asked.command));
      case 'unknown':
        return note(chat.unknown(asked.command));
    }
  }

  async #say(text: string): Promise<void> {
    const { nameOf, quiet, words, print, existing } = this.#options;
    const spoken = new Spoken((said) => print === 'words' && process.stdout.write(shownWords(said)));
    const seed = this.#seed;
    this.#seed = seed === largestSeed ? 0n : seed + 1n;
    const named = { prompt: text, seed: String(seed), model: this.#model, made: Date.now(), number: this.#drawn + 1 };
    const path = turnFile(nameOf(named), existing);
    try {
      const { reply, picture } = await watched('draw', quiet, (tell) =>
        this.#conversation.say(text, seed, basename(path), (event) => {
          tell(event);
          spoken.listen(event);
        }),
      );
      spoken.end(reply.text);
      if (reply.turnsLeftOut > 0) note(words.turnsLeftOut(reply.turnsLeftOut));
      if (picture !== null) {
        this.#drawn += 1;
        await this.#write(path, picture);
      }
      if (print === 'json') printJson(answeredLine({ text: wordsOf(reply), out: picture && path, seed }));
    } catch (thrown) {
      if (print === 'words') throw thrown;
      printJson(failedLine(failureOf(thrown), seed));
    } finally {
      spoken.breakLine();
    }
  }

  #edit(): void {
    const { chat } = this.#options.words;
    const { last } = this.#conversation;
    if (last !== null) this.#conversation.edit(last);
    note(last === null ? chat.nothingDrawn : chat.added(last.file));
  }

  async #save(path: string): Promise<void> {
    const { last } = this.#conversation;
    const { chat } = this.#options.words;
    if (last === null) return note(chat.nothingDrawn);
    if (!/\.png$/i.test(path)) return note(chat.notPng(shownPath(path)));
    await this.#write(path, last);
  }

  async #write(path: string, { bytes }: Picture): Promise<void> {
    await writeWhole(path, bytes, this.#options.existing);
    if (this.#options.print === 'words') process.stdout.write(`${shownPath(path)}\n`);
  }
}

function printJson(line: JobLine): void {
  process.stdout.write(`${jsonLine(line)}\n`);
}

function note(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}
