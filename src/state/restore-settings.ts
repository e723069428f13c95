/** Stored settings as state. A person who was quicker than the storage keeps what they have begun. */
import { isGood, type SettingName } from '../settings/fields.ts';
import { recipeChoices } from '../settings/recipe-choices.ts';
import type { ChatRecord } from '../storage/records.ts';
import { drawnPictures } from './drawn.ts';
import {
  isPattern,
  type SettingRecords,
  storedFavourites,
  storedFields,
  storedOwn,
  storedPins,
  storedPresets,
  storedVersions,
} from './setting-records.ts';
import type { AppState } from './state.ts';
import { freshChat, type TabChat } from './tab-chat.ts';

type Gate = typeof import('../storage/restore.ts');

export function restoreSettings(
  settings: SettingRecords,
  state: AppState,
  chats: readonly ChatRecord[],
  tab: TabChat,
  { restoreDrafts, restoreDeviceNotices, restoreVersions }: Gate,
): Partial<AppState> {
  const { bundle, current, recipes, saveNames, device, deviceNoticesRead } = settings;
  const restored = Object.entries(restoreDrafts(storedFields(settings))).filter(([name, draft]) =>
    isGood(name as SettingName, draft),
  );
  const drafts = Object.fromEntries(restored);
  const hasBegun =
    state.text !== '' || state.attachments.length > 0 || state.chats.some(({ turns }) => turns.length > 0);
  const openInTab = tab.read();
  // Where it is not known which chat was open, the one that was last said something in is. A new one is the page's own.
  const newest = chats.toSorted((left, right) => right.changed - left.changed)[0];
  const known = chats.find(({ id }) => id === openInTab) ?? chats.find(({ id }) => id === current) ?? newest;
  const open = openInTab === freshChat ? undefined : known;
  return {
    good: { ...drafts, ...state.good },
    drafts: { ...drafts, ...state.drafts },
    own: { ...storedOwn(settings, chats), ...ownOfFresh(state, tab, restoreDrafts), ...state.own },
    chosen: { ...restoreVersions(storedVersions(settings), tab.readVersions(), chats), ...state.chosen },
    pinned: chats.flatMap(({ id }) => (state.pinned.includes(id) || storedPins(settings)[id] === true ? id : [])),
    favourites: favouritesAmong(chats, state.favourites, storedFavourites(settings)),
    ownPresets: [...storedPresets(settings), ...state.ownPresets],
    bundle: state.bundle ?? (typeof bundle === 'string' ? bundle : null),
    recipes: recipeChoices.find((choice) => choice === recipes) ?? state.recipes,
    saveNames: isPattern(saveNames) ? saveNames : state.saveNames,
    deviceNoticesRead: restoreDeviceNotices(deviceNoticesRead),
    // What the page's address asks for holds as long as the page does.
    device: state.device === 'auto' && (device === 'webgpu' || device === 'wasm') ? device : state.device,
    ...(open === undefined || hasBegun ? {} : { current: open.id }),
  };
}

/** What the chat without turns has of its own in this tab. */
function ownOfFresh({ chats }: AppState, tab: TabChat, restoreDrafts: Gate['restoreDrafts']): AppState['own'] {
  const fresh = chats.find(({ turns }) => turns.length === 0);
  const stored = tab.readOwn();
  if (fresh === undefined || stored === null) return {};
  const fields = Object.entries(restoreDrafts(parsed(stored)));
  const good = Object.fromEntries(fields.filter(([name, draft]) => isGood(name as SettingName, draft)));
  return { [fresh.id]: { drafts: good, good } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What was marked and is there no more is left out. */
function favouritesAmong(
  chats: readonly ChatRecord[],
  marked: readonly string[],
  stored: SettingRecords,
): readonly string[] {
  return drawnPictures(chats).flatMap(({ result: { id } }) => (marked.includes(id) || stored[id] === true ? id : []));
}
