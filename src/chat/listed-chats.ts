/** The list of chats as it is read: pinned ones first, then the newest, and no two lines alike. */
import type { PageLanguage } from '../../words/words.ts';
import type { ChatId, ChatRecord } from '../storage/records.ts';

export interface ListedChat {
  readonly id: ChatId;
  readonly title: string;
  /** What tells it from others of its title: when something was last said in it. Null where its title is its own. */
  readonly when: string | null;
  readonly isPinned: boolean;
}

/** @param untitled stands for a title that is empty */
export function listedChats(
  chats: readonly ChatRecord[],
  untitled: string,
  language: PageLanguage,
  pinned: readonly ChatId[] = [],
): readonly ListedChat[] {
  const first = new Set(pinned);
  const rank = ({ id }: ChatRecord) => (first.has(id) ? 0 : 1);
  const begun = chats
    .filter(({ turns }) => turns.length > 0)
    .toSorted((left, right) => rank(left) - rank(right) || right.changed - left.changed);
  const named = begun.map((chat) => ({ ...chat, title: chat.title || untitled }));
  const times = new Map<string, number[]>();
  for (const { title, changed } of named) {
    const alike = times.get(spoken(title));
    if (alike === undefined) times.set(spoken(title), [changed]);
    else alike.push(changed);
  }
  const formats = new Map(Array.from(times, ([title, alike]) => [title, formatAmong(alike, language)]));
  return named.map(({ id, title, changed }) => ({
    id,
    title,
    when: formats.get(spoken(title))?.format(changed) ?? null,
    isPinned: first.has(id),
  }));
}

/** Titles that differ in capitals or in spaces alone sound the same. */
function spoken(title: string): string {
  return title.trim().toLowerCase().replaceAll(/\s+/g, ' ');
}

/** Tells times as exactly as they have to be told to differ; null where there is but one. */
function formatAmong(times: readonly number[], language: PageLanguage): Intl.DateTimeFormat | null {
  if (times.length < 2) return null;
  const isOneYear = new Set(times.map((time) => new Date(time).getFullYear())).size === 1;
  const day: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric', ...(isOneYear ? {} : { year: 'numeric' }) };
  const minute: Intl.DateTimeFormatOptions = { ...day, hour: 'numeric', minute: '2-digit' };
  const second: Intl.DateTimeFormatOptions = { ...minute, second: '2-digit' };
  const exact = new Intl.DateTimeFormat(language, { ...second, fractionalSecondDigits: 3 });
  const plainer = [minute, second].map((options) => new Intl.DateTimeFormat(language, options));
  return plainer.find((format) => new Set(times.map((time) => format.format(time))).size === times.length) ?? exact;
}

/** The chats in whose title and words each of the sought words stands somewhere. */
export function chatsWith(chats: readonly ChatRecord[], sought: string): ReadonlySet<ChatId> {
  const terms = sought.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const holds = ({ title, turns }: ChatRecord, term: string) =>
    title.toLocaleLowerCase().includes(term) ||
    turns.some((turn) => turn.from !== 'unreadable' && turn.text.toLocaleLowerCase().includes(term));
  return new Set(chats.filter((chat) => terms.every((term) => holds(chat, term))).map(({ id }) => id));
}
