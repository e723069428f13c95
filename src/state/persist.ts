/** Reads what is stored when the page opens, writes what changes, and puts in what other tabs do. */
import { failureOf } from '../../model/failure.ts';
import type { Change, StorageEvent, StoredRecord } from '../../workers/storage/protocol.ts';
import type { ChatId, ChatRecord, TurnId } from '../storage/records.ts';
import { stoppedTurn } from '../storage/stopped-turn.ts';
import type { Storage, StorageOfPage } from '../storage/storage.ts';
import { retryMs, type Unsaved } from '../storage/unsaved.ts';
import { type ChatChange, changesBetween, type DatedChange, runsOf, sparingNew, withRun } from './changes.ts';
import { openAmong } from './chats.ts';
import { latentsLeft } from './latents-left.ts';
import { takeFormerLook } from './look.ts';
import { notify } from './notices.ts';
import { persistedIn } from './persisted-in.ts';
import { isQueued } from './queue.ts';
import { restoreSettings } from './restore-settings.ts';
import { knownRecords, settingRecords, versionRecords, withSetting } from './setting-records.ts';
import type { AppState, AppStore } from './state.ts';
import { persistTabChat, type TabChat, tabChat } from './tab-chat.ts';
import { stayingAtShown } from './tree.ts';
import { hashesOfUnsent, persistUnsent, restoreUnsent } from './unsent.ts';

type Gate = typeof import('../storage/restore.ts');

const loggedKeys = (Object.keys(persistedIn) as (keyof AppState)[]).filter((key) => persistedIn[key].startsWith('log'));

/** How long restoring may keep the page's thread before it lets it answer. */
const sliceMs = 8;

/** What the log has, as far as this page knows. */
interface Baseline {
  chats: readonly ChatRecord[];
  readonly settings: Map<string, unknown>;
}

/**
 * Resolves when the page shows what is stored; from then on the log is kept as the state is. What cannot be written is said until
 * it can, and tried again at the next change and on a timer.
 */
export async function persistState(
  store: AppStore,
  storage: Storage,
  unsaved: Unsaved,
  tab: TabChat = tabChat,
): Promise<void> {
  const initial = store.getState();
  // Other tabs go on while this one reads what is stored.
  const meanwhile: StorageEvent[] = [];
  const stopListening = storage.subscribe((event) => meanwhile.push(event));
  const [opened, gate] = await Promise.all([storage.open(), import('../storage/restore.ts')]);
  const chats = await restoreChats(opened, gate);
  store.setState((state) => ({
    chats: [...chats, ...state.chats],
    storage: opened.role,
    ...restoreSettings(opened.settings, state, chats, tab, gate),
  }));
  takeFormerLook(store, opened.settings);
  restoreUnsent(store, gate, opened.others.length === 0);
  persistUnsent(store);
  const baseline: Baseline = {
    chats,
    settings: new Map(Object.entries({ ...settingRecords(initial), ...knownRecords(opened.settings) })),
  };
  // A chat that is shown again was not opened by anybody.
  const { current, chosen } = store.getState();
  if (chats.some(({ id }) => id === current)) baseline.settings.set('current', current);
  for (const [key, turn] of Object.entries(versionRecords(chosen))) baseline.settings.set(key, turn);
  if (initial.device !== 'auto') baseline.settings.set('device', initial.device);
  persistTabChat(store, tab);
  for (const failure of opened.told) notify(store, failure);
  const log = new PersistedLog(store, storage, unsaved, gate, baseline);
  stopListening();
  log.watch(opened, meanwhile);
  // What works already is about to name what it has stored.
  const state = store.getState();
  if (state.jobs.length === 0) void storage.clean(hashesOfUnsent(state)).catch(() => undefined);
}

async function restoreChats({ chats, others }: StorageOfPage, { restoreChat }: Gate): Promise<readonly ChatRecord[]> {
  const living = new Set(others);
  const restored: ChatRecord[] = [];
  let began = performance.now();
  for (const chat of chats) {
    const { turns, ...rest } = restoreChat(chat, living);
    if (turns.length > 0) restored.push({ ...rest, turns });
    if (performance.now() - began < sliceMs) continue;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  }
  return restored;
}

class PersistedLog {
  readonly #store: AppStore;
  readonly #storage: Storage;
  readonly #unsaved: Unsaved;
  readonly #gate: Gate;
  readonly #baseline: Baseline;
  /** Records of others that came while a commit was on its way. */
  #waiting: StoredRecord[] = [];
  /** The number of the newest known record of each setting: a later one counts, whichever is heard of first. */
  readonly #settingNumbers = new Map<string, number>();
  #isWriting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What other tabs are at work on. */
  readonly #elsewhere = new Map<string, Set<TurnId>>();

  constructor(store: AppStore, storage: Storage, unsaved: Unsaved, gate: Gate, baseline: Baseline) {
    this.#store = store;
    this.#storage = storage;
    this.#unsaved = unsaved;
    this.#gate = gate;
    this.#baseline = baseline;
  }

  watch({ chats, others, number: known }: StorageOfPage, meanwhile: readonly StorageEvent[]): void {
    for (const { turns } of chats) {
      for (const turn of turns)
        if (turn.state === 'read' && others.includes(turn.by))
          this.#workElsewhere(turn.by).add(this.#gate.turnIdOf(turn.id));
    }
    this.#storage.subscribe((event) => this.#hear(event));
    for (const event of meanwhile) {
      const isRecords = event.type === 'records';
      this.#hear(isRecords ? { ...event, records: event.records.filter(({ number }) => number > known) } : event);
    }
    this.#store.subscribe((state, before) => {
      if (loggedKeys.some((key) => state[key] !== before[key])) void this.#write();
    });
    void this.#write();
  }

  #workElsewhere(tab: string): Set<TurnId> {
    const turns = this.#elsewhere.get(tab) ?? new Set();
    this.#elsewhere.set(tab, turns);
    return turns;
  }

  /** Writes until nothing has changed meanwhile: a person may close the page at any moment. */
  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    clearTimeout(this.#timer);
    try {
      for (;;) {
        const { chats } = this.#store.getState();
        const settings = this.#changedSettings();
        const changes = [...changesBetween(this.#baseline.chats, chats, this.#store.getState().beside), ...settings];
        if (changes.length === 0) {
          this.#baseline.chats = chats;
          break;
        }
        const records = await this.#storage.commit(changes);
        const written = this.#baseline.chats;
        this.#baseline.chats = chats;
        this.#discard(latentsLeft(written, changes));
        this.#takeEarlier(records, written);
        for (const { key, value } of settings) this.#baseline.settings.set(key, value);
        for (const { change, number } of records)
          if (change.kind === 'setting') this.#settingNumbers.set(change.key, number);
        this.#apply(placesGiven(changes, records, this.#gate));
        this.#takeWaiting();
      }
      this.#unsaved.set('chat', null);
    } catch (error) {
      this.#refused(error);
    }
    this.#isWriting = false;
    this.#takeWaiting();
  }

  /** Once no record names them. What cannot be removed now is at the next start. */
  #discard(files: readonly string[]): void {
    if (files.length > 0) void this.#storage.discard(files).catch(() => undefined);
  }

  #refused(error: unknown): void {
    const failure = failureOf(error);
    this.#unsaved.set('chat', failure);
    // Both are for good: one has to be reloaded, the other has nothing left to write to.
    if (failure.code === 'STORAGE_OUTDATED') this.#store.setState({ storage: 'outdated' });
    else if (failure.code === 'STORAGE_REMOVED') this.#store.setState({ storage: 'session' });
    else this.#timer = setTimeout(() => void this.#write(), retryMs);
  }

  #changedSettings(): readonly SettingChange[] {
    const { settings: before } = this.#baseline;
    const { current = before.get('current'), ...others } = settingRecords(this.#store.getState());
    const now = new Map(Object.entries({ ...others, current }));
    return [...new Set([...before.keys(), ...now.keys()])].flatMap((key): readonly SettingChange[] => {
      const value = now.get(key) ?? null;
      return isSame(value, before.get(key)) ? [] : [{ kind: 'setting', key, value }];
    });
  }

  #hear(event: StorageEvent): void {
    if (event.type === 'role') this.#store.setState({ storage: event.role });
    if (event.type === 'tab-ended') this.#endWork(event.tab);
    if (event.type !== 'records') return;
    this.#waiting.push(...event.records);
    if (!this.#isWriting) this.#takeWaiting();
  }

  #takeWaiting(): void {
    const records = this.#waiting;
    this.#waiting = [];
    this.#takeRecords(records);
  }

  #takeRecords(records: readonly StoredRecord[], written?: readonly ChatRecord[]): void {
    for (const { by, change } of records) {
      if (change.kind === 'turn') this.#workElsewhere(by).add(this.#gate.turnIdOf(change.id));
    }
    this.#apply(
      records.flatMap((record) => restoredChange(record, this.#gate)),
      written,
    );
    for (const { change, number } of records) if (change.kind === 'setting') this.#follow(change, number);
  }

  #follow({ key, value }: Extract<Change, { kind: 'setting' }>, number: number): void {
    if (number < (this.#settingNumbers.get(key) ?? 0)) return;
    this.#settingNumbers.set(key, number);
    // What is changed here and not written yet will be the later change.
    if (this.#changedSettings().some((changed) => changed.key === key)) return;
    const followed = withSetting(this.#store.getState(), key, value);
    if (followed === null) return;
    this.#baseline.settings.set(key, value);
    this.#store.setState(followed);
  }

  /** What others wrote before these records. What was new in them was not known to who deleted its chat. */
  #takeEarlier([first]: readonly StoredRecord[], written: readonly ChatRecord[]): void {
    const earlier = first === undefined ? [] : this.#waiting.filter(({ number }) => number < first.number);
    this.#waiting = this.#waiting.filter((record) => !earlier.includes(record));
    this.#takeRecords(earlier, written);
  }

  /**
   * Into the state and into what the log is known to have, as the same objects: they are no changes of this page.
   *
   * @param written what the log had when the changes were made
   */
  #apply(changes: readonly DatedChange[], written = this.#baseline.chats): void {
    if (changes.length === 0) return;
    this.#store.setState((state) => {
      let { chats, chosen } = state;
      for (const run of runsOf(changes)) {
        for (const { change } of run) {
          // Of a chat that is not open here nothing is shown.
          if (change.kind === 'turn' && change.chat === state.current) chosen = stayingAtShown(chats, chosen, change);
        }
        chats = withRun(chats, sparingNew(run, written, chats, 'kept'));
        this.#baseline.chats = withRun(this.#baseline.chats, sparingNew(run, written, this.#baseline.chats, 'gone'));
      }
      return { chosen, ...openAmong(chats, state.current) };
    });
  }

  #endWork(tab: string): void {
    const ended = this.#elsewhere.get(tab) ?? new Set();
    this.#elsewhere.delete(tab);
    const state = this.#store.getState();
    const { chats } = state;
    const changes = chats.flatMap(({ id: chat, turns }) =>
      turns.flatMap((turn): DatedChange[] => {
        if (!ended.has(turn.id) || isQueued(state, turn.id)) return [];
        const stopped = stoppedTurn(turn);
        if (stopped.from !== 'model' || turn.from !== 'model') return [];
        const own: ChatChange = { kind: 'turn', chat, place: 'behind', turn: stopped };
        const results = stopped.results.map((result): ChatChange => ({ kind: 'result', chat, turn: turn.id, result }));
        const isSame =
          stopped.state === turn.state && stopped.results.every((result, at) => result === turn.results[at]);
        return isSame ? [] : [own, ...results].map((change) => ({ change, at: 0 }));
      }),
    );
    this.#apply(changes);
  }
}

type SettingChange = Extract<Change, { kind: 'setting' }>;

const isSame = (left: unknown, right: unknown) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);

/** Where turns of this page came to stand, where that is not where they were sent to; one that was deleted meanwhile stays deleted. */
function placesGiven(changes: readonly Change[], records: readonly StoredRecord[], gate: Gate): readonly DatedChange[] {
  return records.flatMap(({ change, at }, index): readonly DatedChange[] => {
    const sent = changes[index];
    if (sent?.kind !== 'turn') return [];
    if (change.kind === 'turn-deletion')
      return [{ change: { kind: change.kind, chat: gate.chatIdOf(change.chat), turn: gate.turnIdOf(change.id) }, at }];
    if (change.kind !== 'turn' || sent.parent === change.parent) return [];
    const { chat, parent, id } = change;
    const place = { kind: 'place' as const, chat: gate.chatIdOf(chat), turn: gate.turnIdOf(id) };
    return [{ change: { ...place, parent: parent === null ? null : gate.turnIdOf(parent) }, at }];
  });
}

function restoredChange({ change, at }: StoredRecord, gate: Gate): readonly DatedChange[] {
  if (change.kind === 'setting') return [];
  const chat: ChatId = gate.chatIdOf(change.chat);
  const dated = (restored: ChatChange) => [{ change: restored, at }];
  switch (change.kind) {
    case 'chat-deletion':
      return dated({ kind: 'chat-deletion', chat });
    case 'title':
      return dated({ kind: 'title', chat, title: change.title });
    case 'turn': {
      const parent = change.parent === null ? null : gate.turnIdOf(change.parent);
      return dated({
        kind: 'turn',
        chat,
        place: change.place,
        turn: gate.restoreTurn({ id: gate.turnIdOf(change.id), parent }, change.turn),
      });
    }
    case 'turn-deletion':
      return dated({ kind: 'turn-deletion', chat, turn: gate.turnIdOf(change.id) });
    case 'result-deletion':
      return dated({ kind: 'result-deletion', chat, turn: gate.turnIdOf(change.turn), result: change.id });
    case 'result': {
      const result = gate.restoreResult(change.result);
      return result === null ? [] : dated({ kind: 'result', chat, turn: gate.turnIdOf(change.turn), result });
    }
  }
}
