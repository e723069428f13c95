/** Pages over one log, without their components: the tabs of one browser. */
import { openChat } from '../../src/actions/chats.ts';
import { persistState } from '../../src/state/persist.ts';
import type { TabChat } from '../../src/state/tab-chat.ts';
import type { ChatId } from '../../src/storage/records.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { trackUnsaved } from '../../src/storage/unsaved.ts';
import { reply } from './fake-session.ts';
import type { FakeBrowser } from './fake-tabs.ts';
import { logStorage } from './log-storage.ts';
import { openPage } from './page.ts';

/** What one tab keeps for itself; a reload finds it again. */
export function newTab(): TabChat {
  let kept: string | null = null;
  let versions: string | null = null;
  let own: string | null = null;
  return {
    read: () => kept,
    write: (chat) => (kept = chat),
    readVersions: () => versions,
    writeVersions: (chosen) => (versions = chosen),
    readOwn: () => own,
    writeOwn: (fields) => (own = fields),
  };
}

/** @param meanwhile what happens elsewhere while the page reads what is stored */
export async function openOn(browser: FakeBrowser, tab = newTab(), meanwhile = async () => undefined as unknown) {
  const { storage: whole, end } = logStorage(browser);
  const storage: Storage = {
    ...whole,
    async open() {
      const opened = await whole.open();
      await meanwhile();
      return opened;
    },
  };
  const page = openPage(storage);
  await persistState(
    page.app.store,
    storage,
    trackUnsaved(() => undefined),
    tab,
  );
  page.modelIsReady();
  page.session.answer = () => reply('Yes.', 'words');
  const said = () => page.turns().flatMap((turn) => (turn.from === 'unreadable' ? '?' : turn.text));
  const open = (chat: ChatId) => openChat.perform(page.app, chat);
  return { ...page, end, said, open };
}
