import { useEffect } from 'react';
import { addPictures, stop } from '../actions/compose.ts';
import { ChatList } from '../chat/chat-list.tsx';
import { Conversation } from '../chat/conversation.tsx';
import { Notices } from '../chat/notices.tsx';
import { Composer } from '../composer/composer.tsx';
import { picturesIn } from '../composer/files.ts';
import { ModelChoice } from '../library/model-choice.tsx';
import { RecipeDialog } from '../picture/recipe-dialog.tsx';
import { SettingsRegion } from '../settings/settings-region.tsx';
import { useApp, useSelect, useWords } from './context.tsx';
import { Icon } from './icon.tsx';
import { Status } from './status.tsx';

export function Page() {
  const language = useSelect((state) => state.language);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  }, [language]);
  useWholePage();
  return (
    <div className="page">
      <Header />
      <ChatList />
      <main className="main">
        <Notices />
        <Conversation />
        <div className="foot">
          <Status />
          <Composer />
        </div>
      </main>
      <SettingsRegion />
      <RecipeDialog />
    </div>
  );
}

function Header() {
  const { store } = useApp();
  const { page } = useWords();
  const chatsOpen = useSelect((state) => state.chatsOpen);
  const settingsOpen = useSelect((state) => state.settingsOpen);
  return (
    <header className="header">
      <button
        type="button"
        className="quiet only-narrow"
        aria-label={chatsOpen ? page.closeChats : page.showChats}
        aria-expanded={chatsOpen}
        onClick={() => store.setState({ chatsOpen: !chatsOpen })}
      >
        <Icon name="chat" />
      </button>
      <span className="brand">{page.name}</span>
      <ModelChoice />
      {!settingsOpen && (
        <button
          type="button"
          className="quiet"
          aria-label={page.settings.settings}
          onClick={() => store.setState({ settingsOpen: true })}
        >
          <Icon name="settings" />
          <span className="only-wide">{page.settings.settings}</span>
        </button>
      )}
    </header>
  );
}

/** Files dropped or pasted anywhere, and Escape. */
function useWholePage(): void {
  const app = useApp();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const allow = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const take = (event: Event, transfer: DataTransfer | null) => {
      const files = picturesIn(transfer);
      if (files.length === 0) return;
      event.preventDefault();
      addPictures.perform(app, files);
    };
    addEventListener('dragover', allow, { signal });
    addEventListener('drop', (event) => take(event, event.dataTransfer), { signal });
    addEventListener('paste', (event) => take(event, event.clipboardData), { signal });
    addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || event.isComposing || document.querySelector('dialog[open]') !== null) return;
        stop.perform(app);
      },
      { signal },
    );
    return () => controller.abort();
  }, [app]);
}
