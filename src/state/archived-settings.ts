/** The settings that an archive takes along. */
import type { ChatRecord } from '../storage/records.ts';
import { ownRecordOf } from './own-settings.ts';
import { type SettingRecords, settingRecords, withSetting } from './setting-records.ts';
import type { AppState } from './state.ts';
import { choiceKey } from './tree.ts';

const versionPrefix = 'version ';
const taken = /^(field |own |preset |version |pin |(recipes|saveNames)$)/;
/** Of one picture, the next. */
const ownField = /^(field|own) (seed|lockSeed)( |$)/;

/** The settings that go along: not those of this machine, and not which chat is open. */
export function settingsToTake(state: AppState): SettingRecords {
  const all = Object.entries(settingRecords(state));
  return Object.fromEntries(all.filter(([key]) => taken.test(key) && !ownField.test(key)));
}

/** Of those, what is about one chat. */
export function settingsOfChat(state: AppState, { id, turns }: ChatRecord): SettingRecords {
  const own = new Set<string>([`pin ${id}`, `version ${id}`, ...turns.map((turn) => `version ${turn.id}`)]);
  return Object.fromEntries(
    Object.entries(settingsToTake(state)).filter(([key]) => own.has(key) || ownRecordOf(key)?.chat === id),
  );
}

/** The state with settings that came with an archive; what is set here stays. */
export function withSettings(state: AppState, settings: SettingRecords): AppState {
  const here = settingRecords(state);
  let now = state;
  for (const [key, value] of Object.entries(settings)) {
    if (!taken.test(key) || ownField.test(key)) continue;
    if (key in here && !isUnset(key, here[key])) continue;
    const part = key.startsWith(versionPrefix) ? withVersion(now, key.slice(versionPrefix.length), value) : null;
    now = { ...now, ...(part ?? withSetting(now, key, value)) };
  }
  return now;
}

/** As it is where nobody chose. */
const isUnset = (key: string, value: unknown) =>
  (key === 'recipes' && value === 'picture') || (key === 'saveNames' && value === '');

function withVersion({ chats, chosen }: AppState, key: string, turn: unknown): Partial<AppState> {
  for (const { id: chat, turns } of chats) {
    const found = turns.find(({ id, parent }) => id === turn && (parent ?? chat) === key);
    if (found !== undefined) return { chosen: { ...chosen, [choiceKey(chat, found)]: found.id } };
  }
  return {};
}
