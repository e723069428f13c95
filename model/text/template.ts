/** Qwen2.5-VL's chat layout (ChatML) from messages to token ids (REFERENCE "Tokens"). */
import { type SpecialToken, specialTokens, type Tokenizer } from './tokens.ts';

export type Part<Image> =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly image: Image };

export interface Message<Image> {
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly Part<Image>[];
}

/** What the layout is made of: `text` is always plain words, whatever it says. */
export type Segment<Image> = Part<Image> | { readonly kind: 'special'; readonly token: SpecialToken };

/** Whether a reply is to follow the last message. */
export type Ending = 'reply-follows' | 'closed';

export const defaultSystem = 'You are a helpful assistant.';

/** Stands for an image in our own text and in the decoded text of replies; never in a person's words. */
export const imageMark = '<image>';

export function text(words: string): Part<never> {
  return { kind: 'text', text: words };
}

/** A text of our own with its `<image>` marks as images, in turn. Marks beyond `images` stay words. */
export function markedParts<Image>(marked: string, images: readonly Image[]): readonly Part<Image>[] {
  const pieces = marked.split(imageMark);
  const tail = pieces.slice(images.length + 1);
  return pieces.slice(0, images.length + 1).flatMap((piece, index): Part<Image>[] => {
    const image = images[index - 1];
    const words = index === images.length ? [piece, ...tail].join(imageMark) : piece;
    return [...(image === undefined ? [] : [{ kind: 'image', image } as const]), text(words)];
  });
}

/** The layout of a conversation; the default system line comes first unless there is another. */
export function conversationSegments<Image>(
  messages: readonly Message<Image>[],
  ending: Ending,
): readonly Segment<Image>[] {
  const hasSystem = messages[0]?.role === 'system';
  const all = hasSystem ? messages : [systemMessage, ...messages];
  const opened = ending === 'reply-follows' ? openedReply : [];
  return [...all.flatMap(messageSegments), ...opened];
}

export const systemMessage: Message<never> = { role: 'system', parts: [text(defaultSystem)] };

export function messageSegments<Image>({ role, parts }: Message<Image>): readonly Segment<Image>[] {
  return [special(specialTokens.turnStart), text(`${role}\n`), ...parts, special(specialTokens.turnEnd), text('\n')];
}

/** What stands before a reply's first token. */
export const openedReply: readonly Segment<never>[] = [special(specialTokens.turnStart), text('assistant\n')];

function special(token: SpecialToken): Segment<never> {
  return { kind: 'special', token };
}

/** The layout as text, one image token an image, as the published template prints it. */
export function segmentsText(segments: readonly Segment<unknown>[]): string {
  const { imageStart, image, imageEnd } = specialTokens;
  const shown = (segment: Segment<unknown>) => {
    switch (segment.kind) {
      case 'text':
        return segment.text;
      case 'special':
        return segment.token;
      case 'image':
        return imageStart + image + imageEnd;
    }
  };
  return segments.map(shown).join('');
}

export interface EncodedSegments<Image> {
  readonly ids: readonly number[];
  /** The images whose tokens stand in `ids`, in turn. */
  readonly images: readonly Image[];
}

/** Ids of the layout; an image takes `tokensOf` image tokens between BOI and EOI. Neighbouring texts are read as one. */
export function encodeSegments<Image>(
  segments: readonly Segment<Image>[],
  tokenizer: Tokenizer,
  tokensOf: (image: Image) => number,
): EncodedSegments<Image> {
  const ids: number[] = [];
  const images: Image[] = [];
  let words = '';
  const append = (more: readonly number[]) => {
    for (const id of tokenizer.encode(words, 'plain')) ids.push(id);
    for (const id of more) ids.push(id);
    words = '';
  };
  const { imageStart, image, imageEnd } = specialTokens;
  for (const segment of segments) {
    if (segment.kind === 'text') words += segment.text;
    else if (segment.kind === 'special') append([tokenizer.idOf(segment.token)]);
    else {
      const tokens = new Array<number>(tokensOf(segment.image)).fill(tokenizer.idOf(image));
      append([tokenizer.idOf(imageStart), ...tokens, tokenizer.idOf(imageEnd)]);
      images.push(segment.image);
    }
  }
  append([]);
  return { ids, images };
}
