/** Shortcuts, heard anywhere on the page; never a key of what is being written, or of an input method. */
import { useEffect } from 'react';
import { useApp } from '../app/context.tsx';
import { isForInputMethod } from '../app/input-method.ts';
import { type Command, commands } from './commands.ts';

export function useShortcuts(): void {
  const app = useApp();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || isForInputMethod(event)) return;
      if (document.querySelector('dialog[open], :popover-open') !== null) return;
      const state = app.store.getState();
      const command = commandOf(event, state.letterKeys === 'letters' && !isWritten(event.target));
      if (command === undefined || !command.action.when(state)) return;
      event.preventDefault();
      command.action.perform(app);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [app]);
}

function commandOf(event: KeyboardEvent, areLettersFree: boolean): Command | undefined {
  const { altKey, ctrlKey, metaKey, key } = event;
  if (altKey) return undefined;
  const hasMod = ctrlKey || metaKey;
  if (!hasMod && !areLettersFree) return undefined;
  const pressed = hasMod ? `Mod+${key.toLowerCase()}` : key;
  return commands.find(({ keys, heard }) => keys === pressed && heard === undefined);
}

/** Keys go into it, or choose in it. */
function isWritten(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' && target.type !== 'radio';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
