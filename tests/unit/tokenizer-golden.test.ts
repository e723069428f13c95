import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { published } from '../../model/config/published.table.ts';
import { requireTokenIds, specialTokens } from '../../model/text/tokens.ts';
import { createTokenizer } from '../../workers/language/tokenizer.ts';
import { expectOutput, goldenNames, readGolden, tensorOf } from '../helpers/golden.ts';
import { failureFrom } from '../helpers/sources.ts';
import { qwenTokenizer, qwenVocabulary } from '../helpers/tokenizer.ts';

function rowsOf(ids: ArrayLike<number>, offsets: ArrayLike<number>): number[][] {
  const all = Array.from(ids);
  return Array.from({ length: offsets.length - 1 }, (_, row) => all.slice(offsets[row], offsets[row + 1]));
}

const tokenizer = await qwenTokenizer();

it.each(goldenNames('tokenizer'))('%s', (name) => {
  const golden = readGolden(name);
  const { args, expected, inputs } = golden;
  if (Array.isArray(args.texts)) {
    const rows = args.texts.map((text) => tokenizer.encode(text, 'recognised'));
    const ends = rows.map((_, row) => rows.slice(0, row + 1).flat().length);
    expectOutput(golden, 'ids', rows.flat());
    expectOutput(golden, 'offsets', [0, ...ends]);
    expect(rows.map((ids) => tokenizer.decode(ids, 'keep'))).toEqual(expected.decoded);
    expect(args.texts.map((text) => text.normalize('NFC'))).toEqual(expected.decoded);
    return;
  }
  const rows = rowsOf(tensorOf(inputs, 'ids').data, tensorOf(inputs, 'offsets').data);
  expect(rows.map((ids) => tokenizer.decode(ids, 'keep'))).toEqual(expected.decoded);
  expect(rows.map((ids) => tokenizer.decode(ids, 'drop'))).toEqual(expected.decoded_skip_special);
});

describe('words that name special tokens', () => {
  const special = new Set(Array.from({ length: 22 }, (_, index) => 151643 + index));
  const names = Object.values(specialTokens);

  it('stay words when a text is plain', () => {
    const anyText = fc.array(fc.oneof(fc.constantFrom(...names, '<|im_', '|>', '<'), fc.string({ unit: 'grapheme' })));
    fc.assert(
      fc.property(anyText, (parts) => {
        const text = parts.join('').normalize('NFC').toWellFormed();
        const ids = tokenizer.encode(text, 'plain');
        expect(ids.some((id) => special.has(id))).toBe(false);
        expect(tokenizer.decode(ids, 'drop')).toBe(text);
      }),
    );
  });

  it('are the published ids in our own text', () => {
    requireTokenIds(published.transformer, tokenizer);
    expect(tokenizer.encode(names.join(''), 'recognised')).toEqual([151644, 151645, 151652, 151653, 151655]);
  });

  it('must agree with the config', async () => {
    const config = { ...published.transformer, image_token_id: 7 };
    expect(await failureFrom(() => requireTokenIds(config, tokenizer))).toMatchObject({
      code: 'CONFIG_INVALID',
      data: { key: 'image_token_id', expected: '151655', actual: '7' },
    });
  });
});

describe('ids that come one by one', () => {
  it('never give half a character, and all of the text in the end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const stream = tokenizer.stream();
        const ids = tokenizer.encode(text, 'plain');
        const pieces = [...ids.map((id) => stream.push(id)), stream.end()];
        expect(pieces.every((piece) => text.includes('\ufffd') || !piece.includes('\ufffd'))).toBe(true);
        expect(pieces.join('')).toBe(tokenizer.decode(ids, 'drop'));
      }),
    );
  });

  it('show a character that never ends as one U+FFFD', () => {
    const ids = tokenizer.encode('𝔘', 'plain');
    expect(ids.length).toBeGreaterThan(1);
    const stream = tokenizer.stream();
    expect(
      ids
        .slice(0, -1)
        .map((id) => stream.push(id))
        .join(''),
    ).toBe('');
    expect(stream.end()).toBe('\ufffd');
  });

  it('skip rows of the table that no token has', () => {
    expect(tokenizer.decode([9707, 152000, 0], 'keep')).toBe('Hello!');
  });
});

// A time that grows with the square of the length would be far over this limit.
it('reads 100,000 characters without blanks', { timeout: 60_000 }, () => {
  expect(tokenizer.decode(tokenizer.encode('ab'.repeat(50_000), 'plain'), 'keep')).toHaveLength(100_000);
});

it.each([
  ['nothing', null],
  ['no tokens', {}],
  ['another kind', { ...(qwenVocabulary() as object), model: { type: 'Unigram' } }],
  [
    'a token that swallows spaces',
    {
      ...(qwenVocabulary() as object),
      added_tokens: [
        { id: 1, content: 'x', special: true, lstrip: true, rstrip: false, single_word: false, normalized: false },
      ],
    },
  ],
  ['no vocabulary', { ...(qwenVocabulary() as object), model: { type: 'BPE' } }],
])('refuses a tokenizer.json with %s', async (_, json) => {
  expect((await failureFrom(() => createTokenizer(json))).code).toBe('TOKENIZER_INVALID');
});
