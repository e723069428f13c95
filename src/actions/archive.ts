/** Taking everything, or one chat, out of the page as a file, and bringing it back. */
import { failureOf } from '../../model/failure.ts';
import { type ArchiveOutcome, idleArchive } from '../state/archive.ts';
import { settingsOfChat, settingsToTake, withSettings } from '../state/archived-settings.ts';
import type { AppState } from '../state/state.ts';
import { shownPath } from '../state/tree.ts';
import { hashesOfUnsent } from '../state/unsent.ts';
import { askToClear } from '../storage/clear.ts';
import type { WrittenArchive } from '../storage/export.ts';
import { markdownOf } from '../storage/markdown.ts';
import type { ChatId } from '../storage/records.ts';
import type { Action, App } from './app.ts';
import { download } from './keep-picture.ts';

/** All chats with their pictures, and the settings. */
export const exportAll: Action = {
  when: isIdle,
  perform(app) {
    void work(app, 'export', async (tell) => {
      await app.restored;
      const state = app.store.getState();
      const chats = state.chats.filter(({ turns }) => turns.length > 0);
      const taken = { chats, settings: settingsToTake(state), text: null };
      const { writeArchive } = await import('../storage/export.ts');
      const written = await app.archive((worker) => writeArchive(worker, app.storage, taken, tell));
      return saved(written, `nexus-gen-${new Date().toISOString().slice(0, 10)}.zip`);
    });
  },
};

/** One chat with its pictures, to be imported or, as Markdown, to be read. */
export const exportChat: Action<[id: ChatId]> = {
  when: (state, id) => isIdle(state) && state.chats.some((chat) => chat.id === id && chat.turns.length > 0),
  perform(app, id) {
    const state = app.store.getState();
    const chat = state.chats.find((candidate) => candidate.id === id);
    if (chat === undefined || !exportChat.when(state, id)) return;
    void work(app, 'export', async (tell) => {
      const { page } = state.words;
      const labels = { ...page, model: page.name, noPicture: page.data.noPictureHere };
      const text = {
        name: 'conversation.md',
        write: (names: ReadonlyMap<string, string>) =>
          markdownOf(chat.title, shownPath(chat, state.chosen), names, labels),
      };
      const taken = { chats: [chat], settings: settingsOfChat(state, chat), text };
      const { writeArchive } = await import('../storage/export.ts');
      const written = await app.archive((worker) => writeArchive(worker, app.storage, taken, tell));
      return saved(written, `${fileNameOf(chat.title || page.untitled)}.zip`);
    });
  },
};

export const importFile: Action<[file: File]> = {
  when: canImport,
  perform(app, file) {
    void work(app, 'import', async (tell) => {
      await app.restored;
      const { store, storage } = app;
      const [{ importArchive }, gate, { room }] = await Promise.all([
        import('../storage/import.ts'),
        import('../storage/restore.ts'),
        import('../storage/use.ts'),
      ]);
      const into = {
        storage,
        gate,
        chats: () => store.getState().chats,
        free: async () => (await room()).free ?? Number.POSITIVE_INFINITY,
        needed: () => hashesOfUnsent(store.getState()),
      };
      const { settings, ...imported } = await app.archive((worker) => importArchive(worker, file, into, tell));
      store.setState((state) => withSettings(state, settings));
      return { of: 'import', ...imported };
    });
  },
};

/** Asked for before. The page is loaded anew, and everything goes before it opens anything. */
export const clearAll: Action = {
  when: () => true,
  perform({ store }) {
    try {
      askToClear();
      location.reload();
    } catch (error) {
      store.setState({ archive: { ...idleArchive, failure: failureOf(error) } });
    }
  },
};

export const dismissArchiveNews: Action = {
  when: ({ archive }) => archive.outcome !== null || archive.failure !== null,
  perform: ({ store }) => store.setState(({ archive: { work: now } }) => ({ archive: { ...idleArchive, work: now } })),
};

/** Where what comes in can be kept. */
export function canImport(state: AppState): boolean {
  return isIdle(state) && (state.storage === 'writer' || state.storage === 'follower');
}

function isIdle({ archive }: AppState): boolean {
  return archive.work === null;
}

async function work(
  { store }: App,
  doing: 'export' | 'import',
  task: (tell: (done: number, total: number) => void) => Promise<ArchiveOutcome>,
): Promise<void> {
  if (!isIdle(store.getState())) return;
  const tell = (done: number, total: number) =>
    store.setState({ archive: { ...idleArchive, work: { doing, done, total } } });
  tell(0, 0);
  try {
    const outcome = await task(tell);
    store.setState({ archive: { ...idleArchive, outcome } });
  } catch (error) {
    store.setState({ archive: { ...idleArchive, failure: failureOf(error) } });
  }
}

function saved({ file, missing, unreadable }: WrittenArchive, name: string): ArchiveOutcome {
  download(file, name);
  return { of: 'export', missing, unreadable };
}

/** A title as every file system takes it. */
function fileNameOf(title: string): string {
  const plain = title.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ').trim();
  return plain.slice(0, 60).replace(/[. ]+$/, '') || 'nexus-gen';
}
