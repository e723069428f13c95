/** A conversation from messages to token ids, by way of the chat template. */
import { type ChatMessage, type Ending, type SpecialToken, specialTokens, type Tokenizer } from './tokens.ts';

export type Part<Image> =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly image: Image };

export interface Message<Image> {
  readonly role: ChatMessage['role'];
  readonly parts: readonly Part<Image>[];
}

/** What the layout is made of: `text` is always plain words, whatever it says. */
export type Segment<Image> = Part<Image> | { readonly kind: 'special'; readonly token: SpecialToken };

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

/** Stands for a text where the template is applied: a private character, which no template prints of itself. */
const textMark = '\ue000';
const imageText = specialTokens.imageStart + specialTokens.image + specialTokens.imageEnd;
const specialNames: ReadonlySet<string> = new Set(Object.values(specialTokens));
/** An image comes before the tokens it is made of. */
const placeholders = new RegExp(`(${[textMark, imageText, ...specialNames].map(escaped).join('|')})`);

function escaped(name: string): string {
  return name.replaceAll('|', '\\|');
}

function isSpecial(piece: string): piece is SpecialToken {
  return specialNames.has(piece);
}

/**
 * The layout of a conversation by the tokenizer's chat template; the default system line comes first unless there is another.
 * The template sees marks in place of the texts: whatever a text says, it stays plain words.
 */
export function conversationSegments<Image>(
  messages: readonly Message<Image>[],
  ending: Ending,
  tokenizer: Tokenizer,
): readonly Segment<Image>[] {
  const parts = messages.flatMap((message) => message.parts);
  const marked = messages.map(({ role, parts }) => ({ role, content: parts.map(markedPart) }));
  let placed = 0;
  return tokenizer
    .applyChatTemplate(marked, ending)
    .split(placeholders)
    .flatMap((piece): readonly Segment<Image>[] => {
      if (isSpecial(piece)) return [{ kind: 'special', token: piece }];
      if (piece !== textMark && piece !== imageText) return [text(piece)];
      placed += 1;
      return parts.slice(placed - 1, placed);
    });
}

function markedPart({ kind }: Part<unknown>): ChatMessage['content'][number] {
  return kind === 'image' ? { type: 'image' } : { type: 'text', text: textMark };
}

/** The layout as text, one image token an image, as the published template prints it. */
export function segmentsText(segments: readonly Segment<unknown>[]): string {
  const shown = (segment: Segment<unknown>) => {
    switch (segment.kind) {
      case 'text':
        return segment.text;
      case 'special':
        return segment.token;
      case 'image':
        return imageText;
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
