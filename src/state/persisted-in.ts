import type { AppState } from './state.ts';

/**
 * Where each key is persisted; a key without an answer does not compile. The log has chats and settings; the look is needed before
 * the first thing is painted, and lies where it can be read at once; messages that are being written change with every key, and lie
 * there too; what was measured of this machine's devices has an item of its own; the open chat is each tab's own; the rest goes with
 * the page.
 */
export const persistedIn: Readonly<
  Record<
    keyof AppState,
    | 'log: chats'
    | 'log: settings'
    | 'log: fields'
    | 'log: presets'
    | 'log: marks'
    | 'log and tab'
    | 'look'
    | 'unsent'
    | 'throughputs'
    | 'page'
  >
> = {
  words: 'look',
  theme: 'look',
  motion: 'look',
  endNotice: 'look',
  letterKeys: 'look',
  chats: 'log: chats',
  current: 'log and tab',
  chosen: 'log and tab',
  pinned: 'log: marks',
  favourites: 'log: marks',
  done: 'page',
  undone: 'page',
  told: 'page',
  beside: 'page',
  text: 'unsent',
  attachments: 'unsent',
  reference: 'unsent',
  about: 'unsent',
  polishedFrom: 'unsent',
  area: 'unsent',
  unsent: 'unsent',
  sendWhenRead: 'page',
  drafts: 'page',
  ownPresets: 'log: presets',
  recipes: 'log: settings',
  saveNames: 'log: settings',
  good: 'log: fields',
  own: 'log and tab',
  variations: 'page',
  bundles: 'page',
  bundle: 'log: settings',
  device: 'log: settings',
  model: 'page',
  lastBundle: 'page',
  deviceNoticesRead: 'log: settings',
  throughputs: 'throughputs',
  silence: 'page',
  jobs: 'page',
  paused: 'page',
  activity: 'page',
  outcome: 'page',
  notices: 'page',
  library: 'page',
  archive: 'page',
  panel: 'page',
  overlay: 'page',
  selecting: 'page',
  leftMarks: 'page',
  cropping: 'page',
  recipe: 'page',
  enlarging: 'page',
  enlargements: 'page',
  verifications: 'page',
  viewed: 'page',
  viewedAmong: 'page',
  copied: 'page',
  saved: 'page',
  requests: 'page',
  storage: 'page',
  update: 'page',
  kept: 'page',
  unsaved: 'page',
};
