/** What a person does with the page and sees of it, through the roles and names of the contract alone. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';
import { english, type Names } from './page-names.ts';

export interface TestFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What another program or page puts beside a file: text by its kind. */
export type Texts = Readonly<Record<string, string>>;

/** A drag from outside the browser's tab. */
export interface Drag {
  /** Paths of this machine. */
  readonly files?: readonly string[];
  readonly texts?: Texts;
}

export class User {
  readonly page: Page;
  readonly names: Names;

  constructor(page: Page, names: Names = english) {
    this.page = page;
    this.names = names;
  }

  /** Every operator has to run on WebGPU unless the address asks for something else. */
  async open(address = '/?device=webgpu'): Promise<void> {
    await this.page.goto(address);
    await expect(this.message).toBeVisible();
  }

  /** The same person at another tab. */
  async inNewTab(): Promise<User> {
    return new User(await this.page.context().newPage(), this.names);
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await expect(this.message).toBeVisible();
  }

  // The composer.

  get message(): Locator {
    return this.page.getByRole('textbox', { name: this.names.message, exact: true });
  }

  get sendButton(): Locator {
    return this.button(this.names.send);
  }

  get stopButton(): Locator {
    return this.button(this.names.stop);
  }

  type(text: string): Promise<void> {
    return this.message.fill(text);
  }

  send(): Promise<void> {
    return this.sendButton.click();
  }

  stop(): Promise<void> {
    return this.stopButton.click();
  }

  async say(text: string): Promise<void> {
    await this.type(text);
    await this.send();
  }

  /** Says it and waits until nothing works any more. */
  async ask(text: string): Promise<void> {
    await this.say(text);
    await this.idle();
  }

  /** Nothing works or waits. */
  async idle(): Promise<void> {
    await expect(this.stopButton).toHaveCount(0);
    await expect(this.page.locator('canvas[data-state="working"]')).toHaveCount(0);
  }

  /** Drops files somewhere on the page. */
  drop(...files: readonly TestFile[]): Promise<void> {
    return this.#give('drop', files);
  }

  paste(...files: readonly TestFile[]): Promise<void> {
    return this.#give('paste', files);
  }

  /** Pastes what a program put on the clipboard as text and as files. */
  pasteTexts(texts: Texts, ...files: readonly TestFile[]): Promise<void> {
    return this.#give('paste', files, texts);
  }

  /** Drags something from elsewhere over an element and lets it go there. */
  async dragFromElsewhere({ files = [], texts = {} }: Drag, onto: Locator): Promise<void> {
    const box = await onto.boundingBox();
    if (box === null) throw new Error('not shown');
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const items = Object.entries(texts).map(([mimeType, data]) => ({ mimeType, data }));
    const data = { items, files: [...files], dragOperationsMask: 1 };
    const session = await this.page.context().newCDPSession(this.page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, ...at, data });
    }
    await session.detach();
  }

  async addImage(...files: readonly TestFile[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.button(this.names.addImage).click();
    const payloads = files.map(({ name, bytes }) => ({ name, mimeType: '', buffer: Buffer.from(bytes) }));
    await (await chooser).setFiles(payloads);
  }

  async #give(how: 'drop' | 'paste', files: readonly TestFile[], texts: Texts = {}): Promise<void> {
    const given = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
    await this.page.locator('body').evaluate(
      (body, { type, list, strings }) => {
        const transfer = new DataTransfer();
        for (const [kind, text] of strings) transfer.items.add(text, kind);
        for (const { name, base64 } of list) {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          transfer.items.add(new File([bytes], name));
        }
        const common = { bubbles: true, cancelable: true };
        const event =
          type === 'drop'
            ? new DragEvent('drop', { ...common, dataTransfer: transfer })
            : new ClipboardEvent('paste', { ...common, clipboardData: transfer });
        body.dispatchEvent(event);
      },
      { type: how, list: given, strings: Object.entries(texts) },
    );
  }

  // The conversation.

  get log(): Locator {
    return this.page.getByRole('log', { name: this.names.conversation, exact: true });
  }

  /** Turns of the model in order. */
  get answers(): Locator {
    return this.log.getByRole('article', { name: this.names.model, exact: true });
  }

  /** Turns of the person in order. */
  get questions(): Locator {
    return this.log.getByRole('article', { name: this.names.you, exact: true });
  }

  get lastAnswer(): Locator {
    return this.answers.last();
  }

  /** Results of these words. */
  pictures(prompt: string): Locator {
    return this.log.getByRole('img', { name: this.names.image(prompt), exact: true });
  }

  /** The latest result. */
  get picture(): Locator {
    return this.log.locator('canvas[role="img"]').last();
  }

  get progress(): Locator {
    return this.page.getByRole('progressbar', { name: this.names.drawing, exact: true });
  }

  get status(): Locator {
    return this.page.getByRole('status');
  }

  get alerts(): Locator {
    return this.page.getByRole('alert');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The latest of the buttons of this name: that of the last result. */
  press(name: string): Promise<void> {
    return this.button(name).last().click();
  }

  /** Starts a download and gives its bytes. */
  async save(): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const download = this.page.waitForEvent('download');
    await this.press(this.names.save);
    const file = await download;
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  }

  /** A hash of what a canvas shows, and its size. One far from the screen has given its pixels back, and is come to first. */
  async pixels(picture: Locator = this.picture): Promise<string> {
    if (await picture.evaluate(({ width }: HTMLCanvasElement) => width === 0)) {
      await picture.scrollIntoViewIfNeeded();
      await expect(picture).not.toHaveJSProperty('width', 0);
    }
    const shown = await picture.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL('image/png'));
    const size = await picture.evaluate(({ width, height }: HTMLCanvasElement) => `${width} × ${height}`);
    return `${size} ${createHash('sha256').update(shown).digest('hex')}`;
  }

  // Settings.

  async openSettings(): Promise<void> {
    await this.button(this.names.settings).click();
    // Its parts come one after the other.
    await expect(this.settings.locator(':scope > .group')).toHaveCount(5);
  }

  get settings(): Locator {
    return this.page.getByRole('region', { name: this.names.settings, exact: true });
  }

  number(name: string): Locator {
    return this.settings.getByRole('spinbutton', { name, exact: true });
  }

  field(name: string): Locator {
    return this.settings.getByRole('textbox', { name, exact: true });
  }

  async choose(name: string, option: string): Promise<void> {
    await this.page.getByRole('combobox', { name, exact: true }).selectOption({ label: option });
  }

  /** Chooses in the menu of the last button of that name. */
  async chooseInMenu(name: string, entry: string): Promise<void> {
    await this.button(name).last().click();
    await this.page.getByRole('menuitemradio', { name: entry, exact: true }).click();
  }
}
