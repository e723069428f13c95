/** Which picture of a conversation the words name: "the second one", "the last picture", 第二张, 上一张. */

export interface NamedPicture {
  /** Counted from 0 in the order the pictures came. */
  readonly index: number;
  /** Counted from 1, as the words count: among those that stand together, or all. */
  readonly number: number;
  /** Where the words say so, for showing them: [from, to) in UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

/** A picture counted from the front (0 is the first) or from the back (−1 is the last). */
type Place = number;

const englishOrdinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const englishNumbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const chineseNumbers = '一二三四五六七八九十';

const pictureWord = '(?:picture|image|photo|photograph|drawing|painting|version|result|pic)';
const picture = `${pictureWord}s?`;
const englishOrdinal = `${englishOrdinals.join('|')}|\\d{1,2}(?:st|nd|rd|th)`;

/** "A second picture" is one that is not there yet. */
const definite = '(?<!\\b(?:a|an|another|each|every|at) )\\b(?:the )?';
/** "The first photo of the moon" is a photo of the world; "the first photo of these" is one of ours. */
const ofOurs = `(?! of (?!(?:the |this |our |my )?(?:chat|conversation|them|these|those|it|mine|ours|all|${englishNumbers.join('|')}|${picture})\\b))`;

/** What may follow a picture's bare number; anything else may be what is counted, as in "in the picture two cats". */
const functionWords =
  '(?:a|an|the|and|or|but|as|at|by|for|from|in|into|is|was|has|like|look|looks|of|on|over|so|than|that|to|with|without|instead|please|again|now|too|more|less|should|[a-z]{2,}er)';
const endsThere = `(?=\\s*(?:$|[^\\s\\w]|${functionWords}\\b))`;
/** Up to three words on there is a plural: things that are counted. */
const countsNothing = `(?!(?: (?!${functionWords}\\b)[a-z]+){0,2} (?!${functionWords}\\b)(?:[a-z]+[^s\\W]s|people|children|men|women|sheep|mice|geese|fish)\\b)`;
const bareNumber = `(?:one\\b${endsThere}|(?:${englishNumbers.slice(1).join('|')}|\\d{1,2})\\b${countsNothing})`;

/** Of what a 张 is counted beside pictures, and words that begin with the character itself. */
const otherThings =
  '(?!桌|椅|床|脸|面孔|纸|嘴|弓|网|票|卡|牌|海报|沙发|凳|皮|唱片|光盘|毯|席|饼|邮票|贴|开|望|扬|眼镜|手套|耳环|对联|扑克)';
/** 副 is written for 幅 where a picture follows; alone it counts pairs. */
const chinesePicture = `(?:(?:张|幅|个版本|个图片|个图|个画)(?:图片|图像|图|画|照片)?|副(?:图片|图像|图|画|照片))${otherThings}`;
/** 上 and 前 are "the previous" at a beginning or behind these; behind a noun or a verb of putting they are "on" and "before". */
const previous = '(?<=^|[\\s\\p{P}]|[把将对在给用按和与跟同比到回改辑像请让是为照考于从看成复选取])';

/** A way of naming a picture, and which one it means. */
interface PictureReference {
  readonly pattern: RegExp;
  /** From the pattern's group; null where it is no number. */
  readonly place: (match: string) => Place | null;
  /** Absent: what stands together is counted before the whole conversation. */
  readonly counts?: 'conversation';
}

/** The first that fits holds. */
const references: readonly PictureReference[] = [
  {
    pattern: new RegExp(
      `${definite}(${englishOrdinal})[ -](?:to|from)(?: the)?[ -](?:last|end)(?: one| ${picture})?\\b`,
      'i',
    ),
    place: (match) => fromBack(englishPlace(match)),
  },
  { pattern: new RegExp(`${definite}(${englishOrdinal}) (?:one|${picture})\\b${ofOurs}`, 'i'), place: englishPlace },
  {
    pattern: new RegExp(`\\b${pictureWord} (?:number |no\\.? ?|#)(${englishNumbers.join('|')}|\\d{1,2})\\b`, 'i'),
    place: englishPlace,
  },
  {
    // "The picture" has no number: what follows it is another word.
    pattern: new RegExp(
      `(?<!\\b(?:a|an|the|this|that|each|every|one|am|are|is|was|be|been) )\\b${pictureWord} (${bareNumber})`,
      'i',
    ),
    place: englishPlace,
  },
  { pattern: /\b(?:the )?one before (?:that|it|the last)\b/i, place: () => -2 },
  {
    pattern: new RegExp(`${definite}(?:last|latest|previous|newest|most recent) (?:one|${picture})\\b${ofOurs}`, 'i'),
    place: () => -1,
  },
  {
    pattern: new RegExp(`${definite}original (?:one|${picture})\\b${ofOurs}|\\bthe original(?=[\\s.!?]*$)`, 'i'),
    place: () => 0,
    counts: 'conversation',
  },
  {
    pattern: new RegExp(`倒数第([${chineseNumbers}两\\d]{1,2})${chinesePicture}`),
    place: (match) => fromBack(chinesePlace(match)),
  },
  { pattern: new RegExp(`第([${chineseNumbers}\\d]{1,3})${chinesePicture}`), place: chinesePlace },
  { pattern: new RegExp(`${previous}上上(?:一)?${chinesePicture}`, 'u'), place: () => -2 },
  { pattern: new RegExp(`(?:最后|刚才那|最近|最新)(?:的)?(?:一)?(?:那)?${chinesePicture}`), place: () => -1 },
  { pattern: new RegExp(`${previous}[上前](?:的)?(?:一)?(?:那)?${chinesePicture}`, 'u'), place: () => -1 },
  {
    pattern: /(?<![草平高中荒雪冰])原(?:图(?!案)|画(?![质面风家作])|来的图|来那张|始图片?)/,
    place: () => 0,
    counts: 'conversation',
  },
];

/**
 * The picture that the words name among `count`; null where they name none, or one that is not there.
 *
 * @param together how many of the last ones stand side by side, a result and its variations: "the second one" is one of these
 */
export function namedPicture(words: string, count: number, together = 0): NamedPicture | null {
  for (const { pattern, place, counts } of references) {
    const found = pattern.exec(words);
    const at = found === null ? null : place(found[1] ?? '');
    if (found === null || at === null) continue;
    const first = counts !== 'conversation' && at >= 0 && at < together ? count - together : 0;
    const index = at < 0 ? count + at : first + at;
    if (index < 0 || index >= count) return null;
    return { index, number: index - first + 1, from: found.index, to: found.index + found[0].length };
  }
  return null;
}

function englishPlace(match: string): Place | null {
  const word = match.toLowerCase();
  const known = Math.max(englishOrdinals.indexOf(word), englishNumbers.indexOf(word));
  return known >= 0 ? known : counted(Number.parseInt(word, 10));
}

function chinesePlace(match: string): Place | null {
  if (/^\d+$/.test(match)) return counted(Number(match));
  const [tens = '', ones = ''] = match.includes('十') ? match.split('十') : ['none', match];
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
