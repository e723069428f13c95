/** Settings that belong to one chat alone: what it has of its own goes before the general ones. */
import { type Drafts, numberFieldNames, type SettingName } from '../settings/fields.ts';
import type { ChatId, ChatRecord } from '../storage/records.ts';

/** What is written into fields, and what of it counts. */
export interface Fields {
  readonly drafts: Drafts;
  /** The last good draft of each field. */
  readonly good: Drafts;
}

/** By chat; one that is here and has no fields takes those that are changed next. */
export type OwnSettings = Readonly<Record<ChatId, Fields>>;

interface WithOwn extends Fields {
  readonly own: OwnSettings;
  readonly current: ChatId;
}

export const noFields: Fields = { drafts: {}, good: {} };

/** The settings that count in a chat. */
export function goodIn({ good, own }: Pick<WithOwn, 'good' | 'own'>, chat: ChatId | undefined): Drafts {
  return over(good, chat === undefined ? undefined : own[chat]?.good);
}

/** Those of the open chat. */
export function goodOf(state: WithOwn): Drafts {
  return goodIn(state, state.current);
}

/** What the fields of the open chat say. */
export function draftsOf({ drafts, own, current }: WithOwn): Drafts {
  return over(drafts, own[current]?.drafts);
}

const known = new WeakMap<Drafts, { readonly general: Drafts; readonly both: Drafts }>();

/** The same object until either changes. */
function over(general: Drafts, own: Drafts | undefined): Drafts {
  if (own === undefined) return general;
  const before = known.get(own);
  if (before?.general === general) return before.both;
  const both = { ...general, ...own };
  known.set(own, { general, both });
  return both;
}

/** Changes the fields as the open chat has them: its own where it has any, else the general ones. */
export function withFields(state: WithOwn, change: (fields: Fields) => Fields): Fields | Pick<WithOwn, 'own'> {
  const own = state.own[state.current];
  if (own === undefined) return change({ drafts: state.drafts, good: state.good });
  const changed = change({ drafts: draftsOf(state), good: goodOf(state) });
  const drafts = ownAmong(changed.drafts, own.drafts, state.drafts);
  const good = ownAmong(changed.good, own.good, state.good);
  return { own: { ...state.own, [state.current]: { drafts, good } } };
}

/** What is the chat's own already, and what differs from the general settings. */
function ownAmong(changed: Drafts, own: Drafts, general: Drafts): Drafts {
  const names = new Set([...Object.keys(changed), ...Object.keys(own), ...Object.keys(general)]) as Set<SettingName>;
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = changed[name] ?? unwritten(name);
      return name in own || value !== (general[name] ?? unwritten(name)) ? [[name, value] as const] : [];
    }),
  );
}

/** What says the same as a field that is absent, where the general one is not. */
function unwritten(name: SettingName): string | boolean {
  if (name === 'lockSeed' || name === 'draft') return false;
  if (name === 'prefill') return 'pass';
  const isText = name === 'seed' || name === 'negative' || numberFieldNames.some((number) => number === name);
  return isText ? '' : 'auto';
}

const prefix = 'own ';
/** In a field's place: that the chat has settings of its own, whichever they are. */
const on = 'on';

/** As records of the log, one for each field of each chat in which something was said. */
export function ownRecords(chats: readonly ChatRecord[], own: OwnSettings): Readonly<Record<string, unknown>> {
  const records = chats.flatMap(({ id, turns }) => {
    const fields = turns.length === 0 ? undefined : own[id];
    if (fields === undefined) return [];
    const entries = [[on, true] as const, ...Object.entries(fields.good)];
    return entries.map(([name, value]) => [`${prefix}${name} ${id}`, value] as const);
  });
  return Object.fromEntries(records);
}

/** The field and the chat that a record is of; null where it is another record. */
export function ownRecordOf(key: string): { readonly name: string; readonly chat: string } | null {
  const [, name, chat] = /^own (\S+) (.+)$/s.exec(key) ?? [];
  return name === undefined || chat === undefined ? null : { name, chat };
}

/**
 * With what a record says.
 *
 * @param isRight whether a value can be a field's; others change nothing
 */
export function withOwnRecord(
  own: OwnSettings,
  { name, chat }: { readonly name: string; readonly chat: ChatId },
  value: unknown,
  isRight: (name: SettingName, value: string | boolean) => boolean,
): OwnSettings {
  const { [chat]: fields, ...others } = own;
  if (name === on) return value === true ? { ...others, [chat]: fields ?? noFields } : others;
  const { drafts, good } = fields ?? noFields;
  const field = name as SettingName;
  if (value === null) {
    if (fields === undefined) return own;
    return { ...others, [chat]: { drafts: without(drafts, field), good: without(good, field) } };
  }
  if ((typeof value !== 'string' && typeof value !== 'boolean') || !isRight(field, value)) return own;
  // What a person is in the middle of writing stays in its field.
  const isBeingWritten = drafts[field] !== good[field];
  const written = isBeingWritten ? drafts : { ...drafts, [field]: value };
  return { ...others, [chat]: { drafts: written, good: { ...good, [field]: value } } };
}

function without(fields: Drafts, name: SettingName): Drafts {
  const { [name]: _, ...others } = fields;
  return others;
}
