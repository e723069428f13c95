/** JSON from a stranger: judged as JSON.parse judges it, but with a reason, a place, and limits. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanJson } from '../../model/checkpoint/json.ts';

const limits = { depth: 64, values: 10_000 };

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const damage = fc.record({
  at: fc.nat(),
  length: fc.nat(3),
  by: fc.constantFrom(...'{}[]:,"\\u0Ee+-.1 \n\tnt/'.split(''), ''),
});

test('a text is taken exactly where JSON.parse takes it', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), fc.array(damage, { maxLength: 3 }), (json, damages) => {
      let text = json;
      for (const { at, length, by } of damages) {
        const place = at % (text.length + 1);
        text = text.slice(0, place) + by + text.slice(place + length);
      }
      const { mistake } = scanJson(text, limits);
      // Halves of surrogate pairs are JSON for the parser and no text for us.
      if (mistake?.problem === 'surrogate') expect(text).toMatch(/\\ud[89a-f]/i);
      else expect(mistake === null).toBe(parses(text));
    }),
    { numRuns: 5000 },
  );
});

test('keys are counted as they stand, also where one stands twice', () => {
  expect(scanJson('{"a": {"a": 1, "a": [{"b": "c:d"}]}}', limits)).toEqual({
    mistake: null,
    pairs: 4,
    unusualNumber: false,
  });
  for (const number of ['-1', '1.0', '1e3', '1E3']) expect(scanJson(number, limits).unusualNumber).toBe(true);
  expect(scanJson('[10, "-1.5e3"]', limits).unusualNumber).toBe(false);
});

test.each<[string, string, object]>([
  ['a byte-order mark', '\ufeff{}', { problem: 'byte-order-mark', line: 1, column: 1 }],
  ['Infinity', '{"a": 1,\n  "b": Infinity}', { problem: 'not-finite', line: 2, column: 8 }],
  ['-Infinity after CRLF', '{\r\n"a": 1,\r\n"b": -Infinity}', { problem: 'not-finite', line: 3, column: 6 }],
  ['NaN', '[NaN]', { problem: 'not-finite', line: 1, column: 2 }],
  ['a comma too many', '{"a": 1,}', { problem: 'syntax', line: 1, column: 9 }],
  ['a comma too few', '{"a": 1\r\n "b": 2}', { problem: 'syntax', line: 2, column: 2 }],
  ['a line break in a string', '{"a": "b\r\nc"}', { problem: 'syntax', line: 1, column: 9 }],
  ['single quotes', "{'a': 1}", { problem: 'syntax', line: 1, column: 2 }],
  ['a comment', '{} // no', { problem: 'syntax', line: 1, column: 4 }],
  ['an end too early', '{"a": [1, 2', { problem: 'syntax', line: 1, column: 12 }],
  ['nothing', '', { problem: 'syntax', line: 1, column: 1 }],
  ['half of a surrogate pair', '{"a": "x\\ud83d"}', { problem: 'surrogate', line: 1, column: 9 }],
  ['halves in the wrong order', '["\\udc00\\ud83d"]', { problem: 'surrogate', line: 1, column: 3 }],
  ['lists in lists', '['.repeat(65), { problem: 'depth', line: 1, column: 65 }],
  ['many values', `[${'0,'.repeat(10_000)}0]`, { problem: 'values' }],
])('%s is told with its place', (_, text, mistake) => {
  expect(scanJson(text, limits).mistake).toMatchObject(mistake);
});

test('a whole pair is a character', () => {
  expect(scanJson('["\\ud83d\\ude00", "😀"]', limits).mistake).toBeNull();
});
