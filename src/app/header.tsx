import { newChat } from '../actions/chats.ts';
import { openGallery } from '../actions/gallery.ts';
import { openPanel } from '../actions/page.ts';
import { returnToMessage } from '../composer/message.ts';
import { ModelChoice } from '../library/model-choice.tsx';
import { useApp, usePerform, useSelect, useWords } from './context.tsx';
import { Icon, type IconName } from './icon.tsx';
import { Mark } from './mark.tsx';

export const settingsButtonId = 'open-settings';
export const galleryButtonId = 'open-gallery';
export const modelsButtonId = 'open-models';
export const chatsButtonId = 'open-chats';

export function Header() {
  const { store } = useApp();
  const { page } = useWords();
  const perform = usePerform();
  const panel = useSelect((state) => state.panel);
  const isOwn = useSelect(({ own, current }) => own[current] !== undefined);
  return (
    <header className="header">
      <button
        id={chatsButtonId}
        type="button"
        className="quiet only-narrow"
        aria-label={page.showChats}
        aria-expanded={panel === 'chats'}
        onClick={() => store.setState({ panel: 'chats' })}
      >
        <Icon name="chats" />
      </button>
      <h1 className="brand">
        <Mark />
        <span>{page.name}</span>
      </h1>
      <ModelChoice />
      <HeaderButton
        icon="compose"
        label={page.newChat}
        isOpen={false}
        press={() => {
          perform(newChat);
          returnToMessage();
        }}
      />
      <HeaderButton
        id={galleryButtonId}
        icon="gallery"
        label={page.gallery.gallery}
        isOpen={panel === 'gallery'}
        press={() => perform(openGallery)}
      />
      <HeaderButton
        id={modelsButtonId}
        icon="models"
        label={page.models.models}
        isOpen={panel === 'models'}
        press={() => perform(openPanel, 'models')}
      />
      <HeaderButton
        id={settingsButtonId}
        icon="settings"
        label={page.settings.settings}
        isOpen={panel === 'settings'}
        {...(isOwn ? { note: page.settings.ownChat.label } : {})}
        press={() => store.setState({ panel: 'settings' })}
      />
      <Loading />
    </header>
  );
}

interface HeaderButtonProps {
  readonly id?: string;
  readonly icon: IconName;
  readonly label: string;
  /** What it leads to is shown: it stays in its place, so that nothing moves below a pointer, and marks where one is. */
  readonly isOpen: boolean;
  readonly press: () => void;
  /** What is otherwise than usual behind it, shown as a dot. */
  readonly note?: string;
}

/** Where there is no room the words are hidden from sight alone. */
function HeaderButton({ id, icon, label, isOpen, press, note }: HeaderButtonProps) {
  return (
    <button
      id={id}
      type="button"
      className="quiet"
      aria-label={label}
      aria-description={note}
      aria-current={isOpen ? 'true' : undefined}
      title={note === undefined ? label : `${label} (${note})`}
      data-noted={note !== undefined}
      onClick={press}
    >
      <Icon name={icon} />
      <span className="only-wide">{label}</span>
    </button>
  );
}

/** That a model is on its way, along the header's edge; the status says how far it is. */
function Loading() {
  const isOpening = useSelect(({ model }) => model.phase === 'opening');
  return isOpening ? <span className="loading" /> : null;
}
