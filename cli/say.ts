import type { Failure } from '../model/failure.ts';
import { enFailures } from '../words/en/failures.ts';
import { sentence } from '../words/failure-sentences.ts';
import { zhFailures } from '../words/zh/failures.ts';
import { visible } from './visible.ts';

/** A failure as one line, in the language of the person's terminal. */
export function sentenceLine({ code, data }: Failure): string {
  const shown = { code, data: visibleIn(data, '') } as Failure;
  return sentence(inLanguage(enFailures, zhFailures), shown).replaceAll(/\s+/g, ' ').trim();
}

/** Messages of other software may have lines of their own; everything else that is text is a name, or holds one. */
function visibleIn(value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    return visible(key === 'message' || key === 'reason' ? value.replaceAll(/\s+/g, ' ') : value);
  }
  if (Array.isArray(value)) return value.map((item) => visibleIn(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visibleIn(member, name)]));
}

/** The one of two tables of words that the person's terminal asks for. */
export function inLanguage<Words>(english: Words, chinese: Words): Words {
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return locale.startsWith('zh') ? chinese : english;
}
