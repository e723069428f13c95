import { describe, expect, test } from 'vitest';
import { pastedFiles } from '../../src/composer/pasted.ts';

const cat = new File(['x'], 'cat on a sofa.png', { type: 'image/png' });
const dog = new File(['y'], 'dog.jpg', { type: 'image/jpeg' });
const copied = new File(['z'], 'image.png', { type: 'image/png' });

function paste(files: readonly File[], text: string, html = '') {
  return pastedFiles({
    files,
    getData: (format) => ({ 'text/plain': text, 'text/html': html })[format] ?? '',
  });
}

describe('a picture is meant', () => {
  test.each([
    ['alone', [copied], '', ''],
    ['with the name of its file', [cat], 'cat on a sofa.png', ''],
    ['with the path of its file', [cat], '/pictures/Pictures/cat on a sofa.png', ''],
    ['with a path of Windows in quotes', [cat], '"C:\\Users\\me\\cat on a sofa.png"', ''],
    ['with the address of its file', [cat], 'file:///pictures/cat%20on%20a%20sofa.png', ''],
    ['among several, a name a line', [cat, dog], 'cat on a sofa.png\r\ndog.jpg\r\n', ''],
    ['with its name in another Unicode form', [new File([''], 'café.png')], 'cafe\u0301.png', ''],
    ['with a blank', [copied], ' \n', ''],
    ['with the character that stands for an object', [copied], '\uFFFC', ''],
    ['with a space of no width', [copied], '\u200B\uFEFF', ''],
    ['with its own address', [copied], 'https://example.com/a.png', ''],
    ['with its own address and markup', [copied], 'https://example.com/a', '<img src="https://example.com/a">'],
    ['with markup alone', [copied], '', '<meta charset="utf-8"><img src="https://example.com/a.png">'],
  ])('%s', (_, files, text, html) => {
    expect(paste(files, text, html)).toEqual(files);
  });
});

describe('the text is meant', () => {
  test.each([
    ['cells of a spreadsheet', 'a\t1\nb\t2', '<table><tr><td>a</td></tr></table>'],
    ['one cell with an address', 'https://example.com', '<table><td>https://example.com</td></table>'],
    ["one cell with a file's name", 'image.png', '<TABLE border=0><tr><td>image.png</td></tr></TABLE>'],
    ['words of a letter', 'Dear friend', '<p>Dear friend</p>'],
    ['words around an address', 'see https://example.com/a.png', ''],
    ['a link in a text', 'https://example.com', '<a href="https://example.com">https://example.com</a>'],
    ["a file's name and more", 'image.png\nis the cat', ''],
  ])('%s', (_, text, html) => {
    expect(paste([copied], text, html)).toEqual([]);
  });
});

test('words without a file stay words', () => {
  expect(paste([], 'cat on a sofa.png')).toEqual([]);
  expect(pastedFiles(null)).toEqual([]);
});
