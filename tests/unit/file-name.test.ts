import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import {
  type NamedPicture,
  nameParts,
  patternProblem,
  pictureFileName,
  usualPattern,
} from '../../session/file-name.ts';

const car: NamedPicture = {
  prompt: 'draw a red car',
  seed: '18446744073709551615',
  model: 'nano',
  made: new Date(2026, 0, 2, 3, 4, 5).getTime(),
  number: 12,
};

const named = (pattern: string, about: Partial<NamedPicture> = {}, mark = '') =>
  pictureFileName(pattern, { ...car, ...about }, mark);

describe('a picture’s file is named', () => {
  test('as it always was where nobody says otherwise', () => {
    expect(named(usualPattern)).toBe('nexus-gen-18446744073709551615.png');
    expect(named('  ')).toBe('nexus-gen-18446744073709551615.png');
  });

  test('by every part of the pattern', () => {
    expect(named('{date} {time} {prompt} {seed} {model} {n}')).toBe(
      '2026-01-02 03-04-05 draw a red car 18446744073709551615 nano 12.png',
    );
    expect(named('car {n}', {}, '-x2')).toBe('car 12-x2.png');
  });

  test.each([
    ['a/b\\c: "d" <e>|f?*', 'a b c d e f.png'],
    ['../../etc/passwd', 'etc passwd.png'],
    ['.bashrc', 'bashrc.png'],
    ['-rf .', 'rf.png'],
    ['...', 'nexus-gen.png'],
    ['CON', '_CON.png'],
    ['nul.tar', '_nul.tar.png'],
    ['Lpt9', '_Lpt9.png'],
    ['com¹', '_com¹.png'],
    ['console', 'console.png'],
    ['photo\u202Egnp.exe', 'photognp.exe.png'],
    ['one\ntwo\u0000three\u2028four', 'one two three four.png'],
    ['\ud83d alone', 'alone.png'],
    ['cafe\u0301', 'café.png'],
    ['صورة قطة', 'صورة قطة.png'],
    ['海滩上的红色汽车', '海滩上的红色汽车.png'],
  ])('%j as %j', (prompt, name) => {
    expect(named('{prompt}', { prompt })).toBe(name);
  });

  test('without what an empty part leaves at its ends', () => {
    expect(named('{prompt}-{seed}', { prompt: '', seed: '7' })).toBe('7.png');
    expect(named('{seed}. {prompt}', { prompt: '?', seed: '7' })).toBe('7.png');
  });

  test('by the first words of a novel, none of them cut, and with its seed', () => {
    const prompt = 'a lighthouse on a cliff above the sea '.repeat(5000);
    const name = named('{prompt} {seed}', { prompt });
    expect(name).toMatch(/^a lighthouse on a cliff above the sea .*( \d{20}\.png)$/);
    expect(`${prompt} `.startsWith(name.replace(/\d{20}\.png$/, ''))).toBe(true);
    const family = '👨‍👩‍👧'.replaceAll('\u200d', '');
    const cut = named('{prompt}', { prompt: family.repeat(60) }).replace(/\.png$/, '');
    expect([...cut].every((character) => family.includes(character))).toBe(true);
  });

  test('so that any file system takes it, whatever words and patterns are', () => {
    const pattern = fc
      .array(
        fc.oneof(
          fc.constantFrom(...nameParts.map((part) => `{${part}}`)),
          fc.string({ unit: 'binary', maxLength: 40 }),
        ),
      )
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(pattern, fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(10_000), (given, prompt, number) => {
        if (patternProblem(given) !== null) return;
        const name = pictureFileName(given, { ...car, prompt, model: prompt, number });
        expect(encodeUtf8(name).length).toBeLessThanOrEqual(200);
        expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]|^[\s.-]|[\s.]\.png$/u);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        expect(name).toMatch(/^.+\.png$/su);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ['{promt}', { kind: 'part', part: 'promt' }],
  ['{}', { kind: 'part', part: '' }],
  ['pictures/{seed}', { kind: 'character', character: '/' }],
  ['{seed', { kind: 'brace' }],
  ['seed}', { kind: 'brace' }],
  ['x'.repeat(181), { kind: 'long' }],
  ['{seed}'.repeat(10), { kind: 'long' }],
  ['{prompt}'.repeat(20), null],
  ['', null],
])('%j has the problem %j', (pattern, problem) => {
  expect(patternProblem(pattern)).toEqual(problem);
});
