/** What the model says and names from outside cannot act on a person's terminal; a program gets them as they are. */
import { afterEach, describe, expect, test } from 'vitest';
import { jsonLine, shownPath, shownWords, visible } from '../../cli/visible.ts';

const hadTty = process.stdout.isTTY;
const setTty = (isTTY: boolean) => {
  process.stdout.isTTY = isTTY;
};
afterEach(() => setTty(hadTty));

const hostile = 'red \x1b[2J\x1b]0;title\x07 \x9b31m \u202ecar\r 🐈\n\tnext line';

describe('on a terminal', () => {
  test('words keep their lines and emoji, and nothing that acts', () => {
    setTty(true);
    expect(shownWords(hostile)).toBe('red \\x1b[2J\\x1b]0;title\\x07 \\x9b31m \\u202ecar\\r 🐈\n\tnext line');
  });

  test('words that come in parts are those of the whole', () => {
    setTty(true);
    expect([...hostile.split('')].map(shownWords).join('')).toBe(shownWords(hostile));
  });

  test('a path is one line', () => {
    setTty(true);
    expect(shownPath('a\n\x1b.png')).toBe('a\\n\\x1b.png');
  });
});

test('a program that reads them gets words and paths as they are', () => {
  setTty(false);
  expect(shownWords(hostile)).toBe(hostile);
  expect(shownPath('a\n.png')).toBe('a\n.png');
});

test('JSON holds the very text, and nothing that acts', () => {
  const line = jsonLine({ text: hostile });
  expect(JSON.parse(line)).toEqual({ text: hostile });
  expect(visible(line)).toBe(line);
});
