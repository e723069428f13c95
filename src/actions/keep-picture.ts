/** Taking a result out of the page: as a file, or on the clipboard. */
import { FailureError, fail, failure, failureOf } from '../../model/failure.ts';
import type { RecipeChoice } from '../../session/recipe-choice.ts';
import { findResult } from '../state/chats.ts';
import { fileNameOf } from '../state/file-names.ts';
import { notify } from '../state/notices.ts';
import type { AppState, AppStore } from '../state/state.ts';
import type { Action, App } from './app.ts';
import { type SavedFile, savedFile } from './saved-file.ts';

/** With as much of its recipe as the setting says, or as was chosen for this file. */
export const savePicture: Action<[result: string, recipe?: RecipeChoice]> = {
  when: isDone,
  perform(app, id, recipe = app.store.getState().recipes) {
    pictureOf(app, id, recipe)
      .then((saved) => {
        download(saved.file, saved.name);
        saySaved(app.store, saved.name);
        sayIfBare(app.store, id, saved);
      })
      .catch((error: unknown) => notify(app.store, failureOf(error), { kind: 'result', id }));
  },
};

export const copyPicture: Action<[result: string]> = {
  when: isDone,
  perform(app, id) {
    const picture = pictureOf(app, id, app.store.getState().recipes);
    putOnClipboard(picture.then(({ file }) => file))
      .then(async () => {
        sayCopied(app.store, id);
        sayIfBare(app.store, id, await picture);
      })
      .catch((error: unknown) => {
        // A picture that cannot be read cannot be saved either, and is what went wrong.
        picture.then(
          () => notify(app.store, failureOf(error), { kind: 'result', id }),
          (unreadable: unknown) => notify(app.store, failureOf(unreadable), { kind: 'result', id }),
        );
      });
  },
};

/** Made once: every result on the page asks. */
let probe: File | null = null;

/** Whether the system has a sheet on which files are shared. */
export function canShare(): boolean {
  if (typeof navigator.canShare !== 'function') return false;
  probe ??= new File([], 'nexus-gen.png', { type: 'image/png' });
  return navigator.canShare({ files: [probe] });
}

/** Gives the file that Save would write to another program. */
export const sharePicture: Action<[result: string]> = {
  when: (state, id) => isDone(state, id) && canShare(),
  perform(app, id) {
    pictureOf(app, id, app.store.getState().recipes)
      .then(async (saved) => {
        const file = new File([saved.file], saved.name, { type: 'image/png' });
        await navigator.share({ files: [file] }).catch(unlessLeft);
        sayIfBare(app.store, id, saved);
      })
      .catch((error: unknown) => notify(app.store, failureOf(error), { kind: 'result', id }));
  },
};

/** A person who leaves the sheet has shared nothing, and knows it. */
function unlessLeft(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'AbortError')) fail('SHARE_REFUSED', {});
}

/** @throws COPY_REFUSED */
async function putOnClipboard(picture: Promise<Blob>): Promise<void> {
  if (!('clipboard' in navigator) || !('ClipboardItem' in globalThis))
    fail('COPY_REFUSED', { problem: 'missing', what: 'picture' });
  // The clipboard takes a promise, so that the press of the button still counts when the picture is read.
  await navigator.clipboard
    .write([new ClipboardItem({ 'image/png': picture })])
    .catch(() => fail('COPY_REFUSED', { problem: 'refused', what: 'picture' }));
}

/** How long it is said that a picture was copied or saved. */
const copiedMs = 2500;
const savedMs = 5000;

export function sayCopied(store: AppStore, copied: string): void {
  store.setState({ copied });
  setTimeout(() => store.setState((state) => (state.copied === copied ? { copied: null } : {})), copiedMs);
}

/** @param saved the name of its file */
export function saySaved(store: AppStore, saved: string): void {
  store.setState({ saved });
  setTimeout(() => store.setState((state) => (state.saved === saved ? { saved: null } : {})), savedMs);
}

/** A picture that left without the recipe that was wanted with it. */
export function sayIfBare(store: AppStore, result: string, { recipe }: SavedFile): void {
  if (recipe === 'gone')
    notify(store, failure('EMBEDDINGS_GONE', { wanted: 'recipe' }), { kind: 'result', id: result });
}

function isDone(state: AppState, id: string): boolean {
  return findResult(state, id)?.result.state === 'done';
}

/** A result's file as it leaves the page, and what it is called. */
export interface TakenPicture extends SavedFile {
  readonly name: string;
}

/** @throws PICTURE_GONE, PNG_DAMAGED */
export async function pictureOf(app: App, id: string, recipe: RecipeChoice): Promise<TakenPicture> {
  const result = findResult(app.store.getState(), id)?.result;
  const image = result?.image ?? null;
  const blob = image === null ? null : await app.storage.blob(image);
  if (result === undefined || blob === null) throw new FailureError(failure('PICTURE_GONE', {}));
  return { ...(await savedFile(app, result, blob, recipe)), name: fileNameOf(app.store.getState(), result) };
}

export function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
