import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import type { App } from '../actions/app.ts';
import { openChat } from '../actions/chats.ts';
import { closeOverlay } from '../actions/page.ts';
import { useApp, usePerform, useWords } from '../app/context.tsx';
import { isForInputMethod } from '../app/input-method.ts';
import { listedChats } from '../chat/listed-chats.ts';
import { commands } from './commands.ts';
import { Keys } from './keys.tsx';
import { useOverlay } from './use-overlay.ts';

/** One line of the palette. */
interface Entry {
  readonly id: string;
  readonly label: string;
  /** Other words that find it. */
  readonly also: string;
  readonly keys: string | undefined;
  readonly perform: (app: App) => void;
}

/** So many chats are offered at once. */
const mostChats = 50;

/** Everything that can be done now, and every chat, by its name (ARIA Authoring Practices, "Combobox" with a listbox). */
export function Palette() {
  const app = useApp();
  const words = useWords().page.commands;
  const perform = usePerform();
  const { dialog, close } = useOverlay();
  const list = useId();
  const [sought, setSought] = useState('');
  const [at, setAt] = useState(0);
  const found = matching(useEntries(), sought);
  const chosen = found[Math.min(at, found.length - 1)];
  const optionId = (index: number) => `${list}-${index}`;
  const choose = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    dialog.current?.close();
    perform(closeOverlay);
    // From when the page has its focus again: what is done may take it elsewhere.
    requestAnimationFrame(() => entry.perform(app));
  };
  const press = (event: KeyboardEvent) => {
    if (isForInputMethod(event.nativeEvent)) return;
    const last = found.length - 1;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: at >= last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
    };
    const place = to[event.key];
    if (event.key === 'Enter') choose(chosen);
    else if (place === undefined) return;
    else {
      setAt(place);
      document.getElementById(optionId(place))?.scrollIntoView({ block: 'nearest' });
    }
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} className="dialog palette" aria-label={words.commands} closedby="any" onClose={close}>
      <input
        type="text"
        role="combobox"
        dir="auto"
        aria-label={words.search}
        placeholder={words.search}
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={chosen === undefined ? undefined : optionId(found.indexOf(chosen))}
        autoComplete="off"
        value={sought}
        onChange={({ currentTarget }) => {
          setSought(currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      {found.length === 0 && (
        <p role="status" className="hint">
          {words.none}
        </p>
      )}
      <div id={list} role="listbox" aria-label={words.found}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the combobox has the focus
          <div
            key={entry.id}
            id={optionId(index)}
            role="option"
            aria-selected={entry === chosen}
            onClick={() => choose(entry)}
          >
            <span dir="auto">{entry.label}</span>
            {entry.keys !== undefined && <Keys keys={entry.keys} />}
          </div>
        ))}
      </div>
    </dialog>
  );
}

/** What can be done when the palette is opened. */
function useEntries(): readonly Entry[] {
  const { store } = useApp();
  const { language, page } = useWords();
  return useMemo(() => {
    const state = store.getState();
    const can = commands.filter(({ name, action }) => name !== 'commands' && action.when(state));
    const chats = listedChats(state.chats, page.untitled, language, state.pinned).filter(
      ({ id }) => id !== state.current,
    );
    return [
      ...can.map(({ name, keys, action }) => ({
        id: name,
        label: page.commands.names[name],
        also: page.commands.alsoCalled[name] ?? '',
        keys,
        perform: (app: App) => action.perform(app),
      })),
      ...chats.map(({ id, title, when }) => ({
        id,
        label: page.commands.openChat(when === null ? title : `${title} (${when})`),
        also: '',
        keys: undefined,
        perform: (app: App) => openChat.perform(app, id),
      })),
    ];
  }, [store, page, language]);
}

/** Those in whose names each of the words stands, before those that other words find; of many chats the first. */
function matching(entries: readonly Entry[], sought: string): readonly Entry[] {
  const terms = sought.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const standIn = (words: string) => terms.every((term) => words.toLocaleLowerCase().includes(term));
  const named = entries.filter(({ label }) => standIn(label));
  const found = [...named, ...entries.filter(({ label, also }) => !standIn(label) && standIn(`${label} ${also}`))];
  return found.slice(0, commands.length + mostChats);
}
