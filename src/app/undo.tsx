import { useEffect } from 'react';
import type { Action } from '../actions/app.ts';
import { isTakenBack, redo, undo } from '../actions/undo.ts';
import { isMessage, returnToMessage } from '../composer/message.ts';
import type { AppState } from '../state/state.ts';
import { chatsOf, type Step } from '../state/steps.ts';
import { useApp, usePerform, useSelect, useWords } from './context.tsx';
import { Icon, type IconName } from './icon.tsx';

/** Undo and Redo, and in words what was just done. */
export function Undo() {
  const { page } = useWords();
  const told = useSelect((state) => state.told);
  const offered = useSelect(isOffered);
  useUndoKeys();
  return (
    <>
      {/* No second status: that is the one about what works. */}
      <p aria-live="polite" className="hint">
        {told === null ? '' : page.undo.told[told]}
      </p>
      {offered && (
        <span className="undo">
          <UndoButton icon="undo" label={page.undo.undo} action={undo} />
          <UndoButton icon="redo" label={page.undo.redo} action={redo} />
        </span>
      )}
    </>
  );
}

/** Right behind what was done, and wherever it can be seen: by its keys it goes on everywhere, and says what it did. */
function isOffered(state: AppState): boolean {
  const { done, undone, told, panel, current } = state;
  if (!undo.when(state) && !redo.when(state)) return false;
  const steps = [done.at(-1) ?? [], undone.at(-1)?.step ?? []].flat();
  const isSeen = (step: Step) =>
    panel === 'gallery' ? step.deed === 'delete pictures' : panel !== 'models' && chatsOf(step).has(current);
  return told !== null || steps.some(isSeen);
}

interface UndoButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly action: Action;
}

/** One that does nothing now keeps the focus all the same. */
function UndoButton({ icon, label, action }: UndoButtonProps) {
  const perform = usePerform();
  const available = useSelect(action.when);
  return (
    <button
      type="button"
      className="quiet"
      title={label}
      aria-disabled={available ? undefined : true}
      onClick={() => perform(action)}
    >
      <Icon name={icon} />
      {label}
    </button>
  );
}

/** Ctrl or Cmd with Z, and with Shift and Z or with Y: not where they are a text's own, which an empty message has no use for. */
function useUndoKeys(): void {
  const app = useApp();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== 'z' && key !== 'y')) return;
      const state = app.store.getState();
      if (document.querySelector('dialog[open]') !== null || isBeingWritten(event.target, state)) return;
      const action = key === 'y' || event.shiftKey ? redo : undo;
      if (!action.when(state)) return;
      event.preventDefault();
      action.perform(app);
      requestAnimationFrame(keepFocus);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [app]);
}

/** What had it may be gone with what was taken back. */
function keepFocus(): void {
  if (document.activeElement === document.body) returnToMessage();
}

/** Words that Undo put into the message have nothing of their own to undo. */
function isBeingWritten(target: EventTarget | null, state: AppState): boolean {
  if (target instanceof HTMLTextAreaElement) return !(isMessage(target) && (target.value === '' || isTakenBack(state)));
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
