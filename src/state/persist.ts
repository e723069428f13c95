/** Writes what changed to storage and reads it back at the start. */
import { failureOf } from '../../model/failure.ts';
import { isGood, type SettingName } from '../settings/fields.ts';
import { recipeChoices } from '../settings/recipe-choices.ts';
import type { ChatId, ChatRecord } from '../storage/records.ts';
import type { Storage } from '../storage/storage.ts';
import { notify } from './notices.ts';
import { type AppState, type AppStore, keptIn } from './state.ts';

const valueKeys = (Object.keys(keptIn) as (keyof AppState)[]).filter((key) => keptIn[key] === 'values');

export async function restoreState(store: AppStore, storage: Storage): Promise<void> {
  const read = async (key: keyof AppState) => storage.value(key).catch(() => undefined);
  const [stored, language, theme, current, good, bundle, recipes, device] = await Promise.all([
    storage.chats().catch(() => []),
    read('language'),
    read('theme'),
    read('current'),
    read('good'),
    read('bundle'),
    read('recipes'),
    read('device'),
  ]);
  const { restoreChat, restoreDrafts } = await import('../storage/restore.ts');
  const chats = stored.flatMap((chat) => restoreChat(chat) ?? []).filter(({ turns }) => turns.length > 0);
  const known = Object.entries(restoreDrafts(good)).filter(([name, draft]) => isGood(name as SettingName, draft));
  const drafts = Object.fromEntries(known);
  store.setState((state) => ({
    chats: [...chats, ...state.chats],
    current: chats.some(({ id }) => id === current) ? (current as ChatId) : state.current,
    language: language === 'en' || language === 'zh' ? language : state.language,
    theme: theme === 'light' || theme === 'dark' ? theme : state.theme,
    bundle: typeof bundle === 'string' ? bundle : null,
    recipes: recipeChoices.find((choice) => choice === recipes) ?? state.recipes,
    device: device === 'webgpu' || device === 'wasm' ? device : 'auto',
    good: drafts,
    drafts,
    lasting: storage.lasting,
  }));
}

/** Keeps storage as the state is; what cannot be written is said once and tried again at the next change. */
export function keepState(store: AppStore, storage: Storage): () => void {
  const written = new Map<ChatId, ChatRecord>(store.getState().chats.map((chat) => [chat.id, chat]));
  let writing = false;

  /** Writes until nothing has changed meanwhile: a person may close the page at any moment. */
  async function keepChats(): Promise<void> {
    if (writing) return;
    writing = true;
    for (let kept: AppState['chats'] | null = null; kept !== store.getState().chats; ) {
      kept = store.getState().chats;
      await writeChats(kept);
    }
    writing = false;
  }

  async function writeChats(chats: AppState['chats']): Promise<void> {
    for (const chat of chats) {
      if (written.get(chat.id) === chat || chat.turns.length === 0) continue;
      written.set(chat.id, chat);
      await storage.putChat(chat).catch((error: unknown) => {
        written.delete(chat.id);
        notify(store, failureOf(error));
      });
    }
    for (const id of written.keys()) {
      if (chats.some((chat) => chat.id === id)) continue;
      written.delete(id);
      await storage.deleteChat(id).catch((error: unknown) => notify(store, failureOf(error)));
    }
  }

  const keepValue = (key: keyof AppState) =>
    storage.putValue(key, store.getState()[key]).catch((error: unknown) => notify(store, failureOf(error)));
  // A chat that was opened empty is the one to come back to once it has turns.
  void keepValue('current');
  return store.subscribe((state, before) => {
    for (const key of valueKeys) if (state[key] !== before[key]) void keepValue(key);
    if (state.chats !== before.chats) void keepChats();
  });
}
