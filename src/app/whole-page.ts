/** What is heard anywhere on the page: files dropped or pasted, and Escape. */
import { useEffect, useState } from 'react';
import type { Failure } from '../../model/failure.ts';
import type { ImageId } from '../../workers/protocol.ts';
import type { App } from '../actions/app.ts';
import { importFile } from '../actions/archive.ts';
import { addPictures, editThis, stop, works, write } from '../actions/compose.ts';
import { lookAtDropped } from '../actions/look.ts';
import { showRecipeFile } from '../actions/recipe-file.ts';
import { dropped, droppedPicture, mayHoldPicture } from '../composer/dropped.ts';
import { focusMessage, isMessage, messageId, returnToMessage } from '../composer/message.ts';
import { pastedFiles } from '../composer/pasted.ts';
import { droppedModel } from '../library/dropped-model.ts';
import { useApp } from './context.tsx';
import { isForInputMethod } from './input-method.ts';
import { focusConversation } from './skip-links.tsx';

/** Whether files are being dragged over the page. */
export function useDroppedFiles(): boolean {
  const app = useApp();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const drag = (event: DragEvent) => {
      if (!mayHoldPicture(event.dataTransfer)) return;
      event.preventDefault();
      setOver(true);
    };
    addEventListener('dragenter', drag, { signal });
    addEventListener('dragover', drag, { signal });
    // Leaving one element enters another; leaving the window enters nothing.
    addEventListener('dragleave', (event) => event.relatedTarget === null && setOver(false), { signal });
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!mayHoldPicture(event.dataTransfer) || event.dataTransfer === null) return;
      // Left alone, the browser would write an address into the words, or open it in the page's place.
      event.preventDefault();
      const own = droppedPicture(event.dataTransfer, app.store.getState());
      if (own !== null) return changeNext(app, own);
      const model = app.store.getState().panel === 'models' ? droppedModel(event.dataTransfer) : null;
      if (model !== null) return lookAtDropped.when(app.store.getState(), model) && lookAtDropped.perform(app, model);
      const { files, failures, link } = dropped(event.dataTransfer);
      const { text } = app.store.getState();
      if (link !== '' && isMessage(event.target)) write.perform(app, text === '' ? link : `${text} ${link}`);
      add(app, files, failures);
    };
    addEventListener('drop', drop, { signal });
    const paste = (event: ClipboardEvent) => {
      const files = pastedFiles(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      add(app, files);
    };
    addEventListener('paste', paste, { signal });
    return () => controller.abort();
  }, [app]);
  return over;
}

/** A picture of the page itself, dropped: the next message changes it. */
function changeNext(app: App, image: ImageId): void {
  if (editThis.when(app.store.getState(), image)) editThis.perform(app, image);
  focusMessage();
}

function add(app: App, given: readonly File[], failures: readonly Failure[] = []): void {
  const [archive, ...archives] = given.filter(isArchive);
  const [recipe, ...recipes] = given.filter(isJson);
  // Of several only one can be shown or imported at once: the others are told of as what they are not, pictures.
  const files = [...given.filter((file) => !isArchive(file) && !isJson(file)), ...archives, ...recipes];
  if (archive !== undefined) bringArchive(app, archive);
  if (recipe !== undefined) showRecipeFile.perform(app, recipe);
  if (files.length + failures.length === 0) return;
  if (addPictures.when(app.store.getState(), files, failures)) addPictures.perform(app, files, failures);
  returnToMessage();
}

/** A whole one of ours or not is judged by what is in it. */
function isArchive({ name, type }: File): boolean {
  return type === 'application/zip' || /\.zip$/i.test(name);
}

function isJson({ name, type }: File): boolean {
  return type === 'application/json' || /\.json$/i.test(name);
}

/** As Import does; where nothing can be imported Settings say why. */
function bringArchive(app: App, archive: File): void {
  if (importFile.when(app.store.getState(), archive)) importFile.perform(app, archive);
  else app.store.setState({ panel: 'settings' });
}

/** They close themselves by Escape. */
const closedFirst = 'dialog[open], :popover-open';

/**
 * Escape closes chats, settings or models while the focus is in them; elsewhere it stops what works, else closes them, and where nothing
 * is open it leaves the message.
 */
export function useEscape(): void {
  const app = useApp();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || isForInputMethod(event) || document.querySelector(closedFirst) !== null) return;
      const isInPanel = document.activeElement?.closest('.settings, .gallery, .chats[data-open="true"]') != null;
      if (!isInPanel && works(app.store.getState())) stop.perform(app);
      else if (app.store.getState().panel !== null) app.store.setState({ panel: null });
      else if (isMessage(document.activeElement)) leaveMessage();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [app]);
}

/** For what was said, where letters are shortcuts. */
function leaveMessage(): void {
  focusConversation();
  // Nothing was said yet.
  if (isMessage(document.activeElement)) document.getElementById(messageId)?.blur();
}
