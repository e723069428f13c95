/** What is heard anywhere on the page: files dropped or pasted, and Escape. */
import { useEffect, useState } from 'react';
import type { App } from '../actions/app.ts';
import { addPictures, stop } from '../actions/compose.ts';
import { filesOf } from '../composer/files.ts';
import { focusMessage } from '../composer/message.ts';
import { pastedFiles } from '../composer/pasted.ts';
import { useApp } from './context.tsx';

/** Whether files are being dragged over the page. */
export function useDroppedFiles(): boolean {
  const app = useApp();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const drag = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setOver(true);
    };
    addEventListener('dragenter', drag, { signal });
    addEventListener('dragover', drag, { signal });
    // Leaving one element enters another; leaving the window enters nothing.
    addEventListener('dragleave', (event) => event.relatedTarget === null && setOver(false), { signal });
    addEventListener(
      'drop',
      (event) => {
        setOver(false);
        take(app, event, filesOf(event.dataTransfer));
      },
      { signal },
    );
    addEventListener('paste', (event) => take(app, event, pastedFiles(event.clipboardData)), { signal });
    return () => controller.abort();
  }, [app]);
  return over;
}

function take(app: App, event: Event, files: readonly File[]): void {
  if (files.length === 0) return;
  event.preventDefault();
  addPictures.perform(app, files);
  focusMessage();
}

/** Escape stops what works; where nothing does, it closes what lies over the conversation. */
export function useEscape(): void {
  const app = useApp();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || document.querySelector('dialog[open]') !== null) return;
      if (stop.when(app.store.getState())) stop.perform(app);
      else app.store.setState({ chatsOpen: false, settingsOpen: false });
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [app]);
}
