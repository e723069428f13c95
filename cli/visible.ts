/** Control characters, lone surrogates, and what reorders or breaks a line. */
const invisible = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\x1b' };

/**
 * Text from outside as one line that cannot act on the terminal: names of files and tensors may hold escape sequences and
 * line breaks.
 */
export function visible(text: string): string {
  return text.replaceAll(invisible, escaped);
}

/** A path as an answer on stdout: a program that reads it gets the very name, a person's terminal no escape sequences. */
export function shownPath(path: string): string {
  return process.stdout.isTTY ? visible(path) : path;
}

/**
 * The model's words as an answer on stdout: a program that reads them gets them as they are, a person's terminal no escape
 * sequences. They keep their lines; parts of a text may be shown one after another.
 */
export function shownWords(words: string): string {
  const keeps = (character: string) => character === '\n' || character === '\t' || /\p{Cs}/u.test(character);
  if (!process.stdout.isTTY) return words;
  return words.replaceAll(invisible, (character) => (keeps(character) ? character : escaped(character)));
}

/** A value as one line of JSON that cannot act on a terminal: JSON itself escapes only the first 32 control characters. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(invisible, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return short[character] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
