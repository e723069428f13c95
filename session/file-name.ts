/** The name of a picture's file, by a pattern of a person's own: safe on every file system. */
import { encodeUtf8 } from '../model/checkpoint/utf8.ts';

export const nameParts = ['date', 'time', 'prompt', 'seed', 'model', 'n'] as const;
export type NamePart = (typeof nameParts)[number];

/** Where nobody chose another. */
export const usualPattern = 'nexus-gen-{seed}';

/** What of a picture can be in its file's name. */
export interface NamedPicture {
  readonly prompt: string;
  readonly seed: string;
  /** The name of the model that drew it. */
  readonly model: string;
  /** In milliseconds since 1970; told as local time. */
  readonly made: number;
  /** Its place among those drawn with it, from 1. */
  readonly number: number;
}

export type PatternProblem =
  | { readonly kind: 'brace' | 'long' }
  | { readonly kind: 'part'; readonly part: string }
  | { readonly kind: 'character'; readonly character: string };

/** In bytes of UTF-8: file systems take 255, and a download has a longer ending while it comes. */
const longestName = 180;
const longestText = 80;
/** A novel need not be read for its first words, in UTF-16 units. */
const longestRead = 1000;

/** The most bytes that each part takes whose length does not depend on words. */
const fixedBytes = { date: 10, time: 8, seed: 20, n: 4 } as const;

/** What no name on Windows may have, and a name with a folder in it nowhere. */
const refused = /[<>:"/\\|?*]/;

/** What is not seen; some of it turns the direction of writing, so that a name looks like another. */
const unseen = /\p{Cf}/gu;
const unwritable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}<>:"/\\|?*]/gu;

/** Names that are devices on Windows, whatever ending they have. */
const device = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/** Why a pattern cannot be used; null where it can. An empty one is the usual one. */
export function patternProblem(pattern: string): PatternProblem | null {
  const [character] = refused.exec(pattern) ?? [];
  if (character !== undefined) return { kind: 'character', character };
  for (const [, part = ''] of pattern.matchAll(/\{([^{}]*)\}/g))
    if (!nameParts.some((known) => known === part)) return { kind: 'part', part };
  if (/[{}]/.test(pattern.replaceAll(/\{[^{}]*\}/g, ''))) return { kind: 'brace' };
  return roomForWords(pattern) < 0 ? { kind: 'long' } : null;
}

/**
 * With `.png` behind it.
 *
 * @param written a pattern that has no problem
 * @param mark stands between the name and its ending
 */
export function pictureFileName(written: string, picture: NamedPicture, mark = ''): string {
  const pattern = written.trim() || usualPattern;
  const words = pattern.match(/\{(prompt|model)\}/g)?.length ?? 0;
  const room = Math.min(longestText, Math.floor(roomForWords(pattern) / Math.max(1, words)));
  const filled = pattern.replaceAll(/\{([^{}]*)\}/g, (_, part: NamePart) => partOf(part, picture, room));
  return `${safeStem(filled)}${mark}.png`;
}

/** The bytes that the pattern leaves to parts that are words. */
function roomForWords(pattern: string): number {
  let room = longestName - bytesOf(pattern.replaceAll(/\{[^{}]*\}/g, ''));
  for (const [, part = ''] of pattern.matchAll(/\{([^{}]*)\}/g)) {
    const known = nameParts.find((name) => name === part);
    if (known !== undefined && known !== 'prompt' && known !== 'model') room -= fixedBytes[known];
  }
  return room;
}

function partOf(part: NamePart, { prompt, seed, model, made, number }: NamedPicture, room: number): string {
  const at = new Date(made);
  switch (part) {
    case 'date':
      return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('-');
    case 'time':
      return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join('-');
    case 'prompt':
      return shortened(plain(prompt.slice(0, longestRead)), room);
    case 'model':
      return shortened(plain(model.slice(0, longestRead)), room);
    case 'seed':
      return seed;
    case 'n':
      return String(number);
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Words with a space for whatever a name may not have; letters with their marks in one code point where there is one. */
function plain(text: string): string {
  const readable = text.normalize('NFC').replaceAll(unseen, '').replaceAll(unwritable, ' ');
  return readable.replaceAll(/\s+/g, ' ').trim();
}

/** No emoji, flag or letter with its marks is cut; a word is, where it is the only one. */
function shortened(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  let end = 0;
  let used = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    used += bytesOf(segment);
    if (used > bytes) break;
    end += segment.length;
  }
  const cut = text.slice(0, end);
  const word = cut.lastIndexOf(' ');
  return (text[end] !== ' ' && word > end / 2 ? cut.slice(0, word) : cut).trim();
}

/** Neither hidden, nor an option of a command, nor a device; and never nothing. */
function safeStem(filled: string): string {
  const stem = plain(filled)
    .replace(/^[\s.-]+/, '')
    .replace(/[\s.-]+$/, '');
  if (stem === '') return 'nexus-gen';
  return device.test(stem) ? `_${stem}` : stem;
}

function bytesOf(text: string): number {
  return encodeUtf8(text).length;
}
