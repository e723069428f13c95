/**
 * Settings as records of the log, one for each: what two tabs change at once is kept of both. Fields, presets, pinned chats, favourites and
 * what goes into a picture's file are the same in all tabs. A tab's model, device, seed, open chat and versions stay its own until it is opened again.
 */
import { patternProblem } from '../../session/file-name.ts';
import { type Drafts, isGood, type SettingName } from '../settings/fields.ts';
import { type OwnPreset, storedPreset } from '../settings/own-presets.ts';
import { recipeChoices } from '../settings/recipe-choices.ts';
import type { ChatId, ChatRecord } from '../storage/records.ts';
import { type OwnSettings, ownRecordOf, ownRecords, withOwnRecord } from './own-settings.ts';
import { persistedIn } from './persisted-in.ts';
import type { AppState } from './state.ts';
import { chatToComeBackTo } from './tab-chat.ts';

export type SettingRecords = Readonly<Record<string, unknown>>;

const fieldPrefix = 'field ';
const versionPrefix = 'version ';
const pinPrefix = 'pin ';
const presetPrefix = 'preset ';
const favouritePrefix = 'favourite ';

const wholeKeys = (Object.keys(persistedIn) as (keyof AppState)[]).filter(
  (key) => persistedIn[key] === 'log: settings',
);

/** An unlocked seed serves one picture, and that is the next one of the tab in which it was written. */
const ownFields: readonly string[] = ['seed', 'lockSeed'] satisfies readonly SettingName[];

/** The state's settings by the keys of their records. */
export function settingRecords(state: AppState): SettingRecords {
  const open = chatToComeBackTo(state);
  return {
    ...Object.fromEntries(wholeKeys.map((key) => [key, state[key]])),
    ...withPrefix(fieldPrefix, state.good),
    ...ownRecords(state.chats, state.own),
    ...versionRecords(state.chosen),
    ...withPrefix(pinPrefix, Object.fromEntries(state.pinned.map((chat) => [chat, true]))),
    ...withPrefix(presetPrefix, Object.fromEntries(state.ownPresets.map(({ id, ...preset }) => [id, preset]))),
    ...withPrefix(favouritePrefix, Object.fromEntries(state.favourites.map((result) => [result, true]))),
    ...(open === null ? {} : { current: open }),
  };
}

export function versionRecords(chosen: SettingRecords): SettingRecords {
  return withPrefix(versionPrefix, chosen);
}

function withPrefix(prefix: string, values: SettingRecords): SettingRecords {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}

/** The values whose records have this prefix, without it. */
function prefixed(prefix: string, settings: SettingRecords): SettingRecords {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}

function withoutNull(values: SettingRecords): SettingRecords {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Fields as they were stored, not judged yet; versions before this one had all of them in one record, `good`. */
export function storedFields({ good, ...settings }: SettingRecords): SettingRecords {
  return withoutNull({ ...(typeof good === 'object' ? good : {}), ...prefixed(fieldPrefix, settings) });
}

/** Which versions were shown last, not judged yet. */
export function storedVersions(settings: SettingRecords): SettingRecords {
  return withoutNull(prefixed(versionPrefix, settings));
}

/** The chats that are pinned, by their ids. */
export function storedPins(settings: SettingRecords): SettingRecords {
  return withoutNull(prefixed(pinPrefix, settings));
}

/** The pictures that are favourites, by their results' ids. */
export function storedFavourites(settings: SettingRecords): SettingRecords {
  return withoutNull(prefixed(favouritePrefix, settings));
}

/** What chats that are there have of their own. */
export function storedOwn(settings: SettingRecords, chats: readonly ChatRecord[]): OwnSettings {
  const known = new Map<string, ChatId>(chats.map(({ id }) => [id, id]));
  let own: OwnSettings = {};
  for (const [key, value] of Object.entries(settings)) {
    const record = ownRecordOf(key);
    const chat = record === null ? undefined : known.get(record.chat);
    if (record !== null && chat !== undefined) own = withOwnRecord(own, { ...record, chat }, value, isGood);
  }
  return own;
}

/** A person's own presets; what cannot be right is left out. */
export function storedPresets(settings: SettingRecords): readonly OwnPreset[] {
  return Object.entries(withoutNull(prefixed(presetPrefix, settings))).flatMap(
    ([id, stored]) => storedPreset(id, stored) ?? [],
  );
}

/** The stored settings by the keys that `settingRecords` gives them. */
export function knownRecords(settings: SettingRecords): SettingRecords {
  const whole = wholeKeys.flatMap((key) => (key in settings ? [[key, settings[key]] as const] : []));
  return {
    ...Object.fromEntries(whole),
    ...withPrefix(fieldPrefix, storedFields(settings)),
    ...versionRecords(storedVersions(settings)),
    ...withoutNull(Object.fromEntries(Object.entries(settings).filter(([key]) => ownRecordOf(key) !== null))),
    ...withPrefix(pinPrefix, storedPins(settings)),
    ...withPrefix(presetPrefix, withoutNull(prefixed(presetPrefix, settings))),
    ...withPrefix(favouritePrefix, storedFavourites(settings)),
    current: settings.current,
  };
}

/** The state with a setting that another tab changed; null where this tab keeps its own, or it cannot be right. */
export function withSetting(state: AppState, key: string, value: unknown): Partial<AppState> | null {
  if (key.startsWith(favouritePrefix)) return withFavourite(state, key.slice(favouritePrefix.length), value);
  if (key.startsWith(presetPrefix)) return withOwn(state, key.slice(presetPrefix.length), value);
  const ownRecord = ownRecordOf(key);
  if (ownRecord !== null) return withOwnOf(state, ownRecord, value);
  if (key.startsWith(pinPrefix)) return withPin(state, key.slice(pinPrefix.length), value);
  const { good, drafts } = state;
  if (key === 'recipes') {
    const recipes = recipeChoices.find((choice) => choice === value);
    return recipes === undefined ? null : { recipes };
  }
  if (key === 'saveNames') return isPattern(value) ? { saveNames: value } : null;
  const name = key.slice(fieldPrefix.length) as SettingName;
  if (!key.startsWith(fieldPrefix) || ownFields.includes(name)) return null;
  if (value !== null && ((typeof value !== 'string' && typeof value !== 'boolean') || !isGood(name, value)))
    return null;
  // What a person is in the middle of writing stays in its field.
  const isBeingWritten = drafts[name] !== good[name];
  return {
    good: withField(good, name, value),
    ...(isBeingWritten ? {} : { drafts: withField(drafts, name, value) }),
  };
}

/** Whether a stored pattern of names can be used. */
export function isPattern(value: unknown): value is string {
  return typeof value === 'string' && patternProblem(value) === null;
}

/** Of a chat that is there; an unlocked seed is the next picture's of the tab in which it was written. */
function withOwnOf(
  { chats, own }: AppState,
  record: { readonly name: string; readonly chat: string },
  value: unknown,
): Partial<AppState> | null {
  const chat = chats.find(({ id }) => id === record.chat)?.id;
  if (chat === undefined || ownFields.includes(record.name)) return null;
  return { own: withOwnRecord(own, { ...record, chat }, value, isGood) };
}

function withOwn({ ownPresets }: AppState, id: string, value: unknown): Partial<AppState> | null {
  const preset = storedPreset(id, value);
  if (value === null) return { ownPresets: ownPresets.filter((own) => own.id !== id) };
  if (preset === null) return null;
  const isKnown = ownPresets.some((own) => own.id === id);
  return { ownPresets: isKnown ? ownPresets.map((own) => (own.id === id ? preset : own)) : [...ownPresets, preset] };
}

function withPin({ chats, pinned }: AppState, id: string, value: unknown): Partial<AppState> | null {
  const chat = chats.find((candidate) => candidate.id === id)?.id;
  if (chat === undefined) return null;
  const others = pinned.filter((other) => other !== chat);
  return { pinned: value === true ? [...others, chat] : others };
}

function withFavourite({ favourites }: AppState, id: string, value: unknown): Partial<AppState> {
  const others = favourites.filter((other) => other !== id);
  return { favourites: value === true ? [...others, id] : others };
}

function withField(drafts: Drafts, name: SettingName, value: string | boolean | null): Drafts {
  const { [name]: _, ...others } = drafts;
  return value === null ? others : { ...others, [name]: value };
}
