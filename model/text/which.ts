/** Which picture of a conversation the words name: "the second one", "the last picture", 第二张, 上一张. */

export interface NamedPicture {
  /** Counted from 0 in the order the pictures came. */
  readonly index: number;
  /** Where the words say so, for showing them: [from, to) in UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

/** A picture counted from the front (0 is the first) or from the back (−1 is the last). */
type Place = number;

const englishOrdinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const englishNumbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const chineseNumbers = '一二三四五六七八九十';

const picture = '(?:pictures?|images?|photos?|photographs?|drawings?|paintings?|versions?|results?|pics?)';
const englishOrdinal = `${englishOrdinals.join('|')}|\\d{1,2}(?:st|nd|rd|th)`;
const chinesePicture = '(?:张|幅|个版本|个图|个图片|个画|副)(?:图片|图像|图|画|照片)?';

interface Way {
  readonly pattern: RegExp;
  /** From what the pattern caught; null where it is no number. */
  readonly place: (caught: string) => Place | null;
}

const ways: readonly Way[] = [
  {
    pattern: new RegExp(
      `\\b(?:the )?(${englishOrdinal})[ -](?:to|from)(?: the)?[ -](?:last|end)(?: one| ${picture})?\\b`,
      'i',
    ),
    place: (caught) => fromBack(englishPlace(caught)),
  },
  { pattern: new RegExp(`\\b(?:the )?(${englishOrdinal}) (?:one|${picture})\\b`, 'i'), place: englishPlace },
  {
    pattern: new RegExp(`\\b${picture} (?:number |no\\.? ?|#)?(${englishNumbers.join('|')}|\\d{1,2})\\b`, 'i'),
    place: englishPlace,
  },
  { pattern: /\b(?:the )?one before (?:that|it|the last)\b/i, place: () => -2 },
  {
    pattern: new RegExp(`\\b(?:the )?(?:last|latest|previous|newest|most recent) (?:one|${picture})\\b`, 'i'),
    place: () => -1,
  },
  {
    pattern: new RegExp(`\\b(?:the )?original (?:one|${picture})\\b|\\bthe original(?=[\\s.!?]*$)`, 'i'),
    place: () => 0,
  },
  {
    pattern: new RegExp(`倒数第([${chineseNumbers}两\\d]{1,2})${chinesePicture}`),
    place: (caught) => fromBack(chinesePlace(caught)),
  },
  { pattern: new RegExp(`第([${chineseNumbers}\\d]{1,3})${chinesePicture}`), place: chinesePlace },
  { pattern: new RegExp(`上上(?:一)?${chinesePicture}`), place: () => -2 },
  { pattern: new RegExp(`(?:最后|上|前|刚才那|最近|最新)(?:的)?(?:一)?(?:那)?${chinesePicture}`), place: () => -1 },
  { pattern: /原(?:图|画|来的图|来那张|始图片?)/, place: () => 0 },
];

/** The picture that the words name among `count`; null where they name none, or one that is not there. */
export function namedPicture(words: string, count: number): NamedPicture | null {
  for (const { pattern, place } of ways) {
    const match = pattern.exec(words);
    const at = match === null ? null : place(match[1] ?? '');
    if (match === null || at === null) continue;
    const index = at < 0 ? count + at : at;
    return index >= 0 && index < count ? { index, from: match.index, to: match.index + match[0].length } : null;
  }
  return null;
}

function englishPlace(caught: string): Place | null {
  const word = caught.toLowerCase();
  const known = Math.max(englishOrdinals.indexOf(word), englishNumbers.indexOf(word));
  return known >= 0 ? known : counted(Number.parseInt(word, 10));
}

function chinesePlace(caught: string): Place | null {
  if (/^\d+$/.test(caught)) return counted(Number(caught));
  const [tens = '', ones = ''] = caught.includes('十') ? caught.split('十') : ['none', caught];
  const digit = (character: string) => chineseNumbers.indexOf(character.replace('两', '二')) + 1;
  const value = tens === 'none' ? digit(ones) : 10 * (tens === '' ? 1 : digit(tens)) + (ones === '' ? 0 : digit(ones));
  return counted(value);
}

function counted(number: number): Place | null {
  return Number.isInteger(number) && number >= 1 ? number - 1 : null;
}

function fromBack(place: Place | null): Place | null {
  return place === null ? null : -1 - place;
}
