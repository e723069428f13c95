/**
 * Settings as records of the log, one for each: what two tabs change at once is kept of both. Fields and what goes into a
 * picture's file are the same in all tabs. A tab's model, device, seed, open chat and versions stay its own until it is opened again.
 */
import { type Drafts, isGood, type SettingName } from '../settings/fields.ts';
import { recipeChoices } from '../settings/recipe-choices.ts';
import { type AppState, persistedIn } from './state.ts';
import { chatToComeBackTo } from './tab-chat.ts';

export type SettingRecords = Readonly<Record<string, unknown>>;

const fieldPrefix = 'field ';
const versionPrefix = 'version ';

const wholeKeys = (Object.keys(persistedIn) as (keyof AppState)[]).filter(
  (key) => persistedIn[key] === 'log: settings',
);

/** An unlocked seed serves one picture, and that is the next one of the tab in which it was written. */
const ownFields: readonly string[] = ['seed', 'lockSeed'] satisfies readonly SettingName[];

/** The state's settings by the keys of their records. */
export function settingRecords(state: AppState): SettingRecords {
  const fields = Object.entries(state.good).map(([name, draft]) => [fieldPrefix + name, draft] as const);
  const open = chatToComeBackTo(state);
  return {
    ...Object.fromEntries(wholeKeys.map((key) => [key, state[key]])),
    ...Object.fromEntries(fields),
    ...versionRecords(state.chosen),
    ...(open === null ? {} : { current: open }),
  };
}

export function versionRecords(chosen: SettingRecords): SettingRecords {
  return Object.fromEntries(Object.entries(chosen).map(([key, turn]) => [versionPrefix + key, turn]));
}

/** Fields as they were stored, not judged yet; versions before this one had all of them in one record, `good`. */
export function storedFields({ good, ...settings }: SettingRecords): SettingRecords {
  const own = Object.entries(settings).flatMap(([key, value]) =>
    key.startsWith(fieldPrefix) ? [[key.slice(fieldPrefix.length), value] as const] : [],
  );
  const all = { ...(typeof good === 'object' ? good : {}), ...Object.fromEntries(own) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

/** Which versions were shown last, not judged yet. */
export function storedVersions(settings: SettingRecords): SettingRecords {
  const own = Object.entries(settings).flatMap(([key, value]) =>
    key.startsWith(versionPrefix) && value !== null ? [[key.slice(versionPrefix.length), value] as const] : [],
  );
  return Object.fromEntries(own);
}

/** The stored settings by the keys that `settingRecords` gives them. */
export function knownRecords(settings: SettingRecords): SettingRecords {
  const fields = Object.entries(storedFields(settings)).map(([name, value]) => [fieldPrefix + name, value] as const);
  const whole = wholeKeys.flatMap((key) => (key in settings ? [[key, settings[key]] as const] : []));
  const several = { ...Object.fromEntries(fields), ...versionRecords(storedVersions(settings)) };
  return { ...Object.fromEntries(whole), ...several, current: settings.current };
}

/** The state with a setting that another tab changed; null where this tab keeps its own, or it cannot be right. */
export function withSetting({ good, drafts }: AppState, key: string, value: unknown): Partial<AppState> | null {
  if (key === 'recipes') {
    const recipes = recipeChoices.find((choice) => choice === value);
    return recipes === undefined ? null : { recipes };
  }
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

function withField(drafts: Drafts, name: SettingName, value: string | boolean | null): Drafts {
  const { [name]: _, ...others } = drafts;
  return value === null ? others : { ...others, [name]: value };
}
