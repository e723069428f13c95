/**
 * JSON from a stranger. `JSON.parse` says neither where a text goes wrong nor, in every engine, what is wrong with it, and it
 * builds whatever it is given: 8 MB of brackets become 500 MB of lists. So a text is scanned first, in time that grows with
 * its length and without memory, and parsed only where it is sound and within limits.
 */
export interface JsonLimits {
  /** Lists and objects inside each other. */
  readonly depth: number;
  /** Values of every kind in all. */
  readonly values: number;
}

export type JsonProblem =
  /** A byte-order mark in front. */
  | 'byte-order-mark'
  /** NaN or Infinity, which Python writes and JSON does not have. */
  | 'not-finite'
  | 'syntax'
  /** Half of a surrogate pair: no character, and no name that could be written back. */
  | 'surrogate'
  | 'depth'
  | 'values';

/** What is wrong, and where: both count from 1, columns in UTF-16 units. */
export interface JsonMistake {
  readonly problem: JsonProblem;
  readonly line: number;
  readonly column: number;
}

export interface JsonScan {
  readonly mistake: JsonMistake | null;
  /** Keys in all: more than a parsed text has where one stands twice in an object. */
  readonly pairs: number;
  /** Whether any number has a sign, a fraction or an exponent. */
  readonly unusualNumber: boolean;
}

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing';

export function scanJson(text: string, limits: JsonLimits): JsonScan {
  return new Scanner(text, limits).run();
}

/** What a step finds wrong, or null. */
type Found = JsonProblem | null;

class Scanner {
  private readonly text: string;
  private readonly limits: JsonLimits;
  /** The closing characters of all that is open. */
  private readonly open: ('}' | ']')[] = [];
  private expected: Expected = 'value';
  private at = 0;
  private pairs = 0;
  private values = 0;
  private unusualNumber = false;

  constructor(text: string, limits: JsonLimits) {
    this.text = text;
    this.limits = limits;
  }

  run(): JsonScan {
    const problem = this.text.startsWith('\ufeff') ? 'byte-order-mark' : this.scan();
    const { pairs, unusualNumber } = this;
    return { mistake: problem && { problem, ...this.place() }, pairs, unusualNumber };
  }

  private scan(): Found {
    for (this.skipSpace(); this.at < this.text.length; this.skipSpace()) {
      const found = this.step(this.text[this.at] ?? '');
      if (found !== null) return found;
    }
    return this.expected === 'nothing' ? null : 'syntax';
  }

  private skipSpace(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at += 1;
  }

  private step(character: string): Found {
    switch (this.expected) {
      case ':':
        return character === ':' ? this.take('value') : 'syntax';
      case ', or end':
        if (character === this.open.at(-1)) return this.close();
        return character === ',' ? this.take(this.open.at(-1) === '}' ? 'key' : 'value') : 'syntax';
      case 'key or }':
      case 'key':
        if (character === '}' && this.expected === 'key or }') return this.close();
        this.pairs += 1;
        return character === '"' ? this.string(':') : 'syntax';
      case 'value or ]':
      case 'value':
        if (character === ']' && this.expected === 'value or ]') return this.close();
        return this.value(character);
      case 'nothing':
        return 'syntax';
    }
  }

  private take(expected: Expected): null {
    this.at += 1;
    this.expected = expected;
    return null;
  }

  private value(character: string): Found {
    this.values += 1;
    if (this.values > this.limits.values) return 'values';
    if (character === '"') return this.string(this.afterValue());
    if (character !== '{' && character !== '[') return this.word();
    if (this.open.length >= this.limits.depth) return 'depth';
    this.open.push(character === '{' ? '}' : ']');
    return this.take(character === '{' ? 'key or }' : 'value or ]');
  }

  private close(): null {
    this.open.pop();
    return this.take(this.afterValue());
  }

  private afterValue(): Expected {
    return this.open.length === 0 ? 'nothing' : ', or end';
  }

  /** A number, true, false or null; none is longer than this. */
  private word(): Found {
    const words = this.text.slice(this.at, this.at + 400);
    if (/^-?(?:NaN|Infinity)/.test(words)) return 'not-finite';
    const [word] = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)/.exec(words) ?? [];
    if (word === undefined) return 'syntax';
    if (/^-|^\d+[.eE]/.test(word)) this.unusualNumber = true;
    this.at += word.length;
    this.expected = this.afterValue();
    return null;
  }

  /** A string, at whose mistake the scanner stays. */
  private string(next: Expected): Found {
    for (let at = this.at + 1; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 0x22) {
        this.at = at;
        return this.take(next);
      }
      if (code !== 0x5c && code >= 0x20) continue;
      const length = code === 0x5c ? escapeLength(this.text, at) : 'syntax';
      if (typeof length === 'string') {
        this.at = at;
        return length;
      }
      at += length - 1;
    }
    return 'syntax';
  }

  private place(): { line: number; column: number } {
    const lines = this.text.slice(0, this.at).split(/\r\n|\n|\r/);
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Length of the escape that begins here, a surrogate pair counted as one, or what is wrong with it. */
function escapeLength(text: string, at: number): number | 'syntax' | 'surrogate' {
  if (text[at + 1] !== 'u') return '"\\/bfnrt'.includes(text[at + 1] ?? ' ') ? 2 : 'syntax';
  const unit = hexUnit(text, at);
  if (unit === undefined) return 'syntax';
  if (unit < 0xd800 || unit > 0xdfff) return 6;
  const low = unit < 0xdc00 ? hexUnit(text, at + 6) : undefined;
  return low !== undefined && low >= 0xdc00 && low <= 0xdfff ? 12 : 'surrogate';
}

/** The unit of an escape `\uXXXX` at this place. */
function hexUnit(text: string, at: number): number | undefined {
  const [, digits] = /^\\u([\da-fA-F]{4})$/.exec(text.slice(at, at + 6)) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
