/** A result dragged out of the page is the file that Save would write. A drag needs the file's address when it begins: it is read before. */
import { type Failure, failureOf } from '../../model/failure.ts';
import { findResult } from '../state/chats.ts';
import { notify } from '../state/notices.ts';
import type { Action, App } from './app.ts';
import { pictureOf, sayIfBare, type TakenPicture } from './keep-picture.ts';

interface Prepared {
  readonly result: string;
  /** What the file depends on. */
  readonly as: string;
  readonly file: { readonly taken: TakenPicture; readonly address: string } | { readonly failure: Failure } | null;
}

/** The latest one that was pointed at, of each page. */
const prepared = new WeakMap<App, Prepared>();

/** How long a file has its address after another one was pointed at: whoever it was dragged to may be reading it. */
const readMs = 60_000;

/** Reads the file of a result that is pointed at. */
export const prepareDrag: Action<[result: string]> = {
  when: (state, id) => findResult(state, id)?.result.state === 'done',
  perform(app, id) {
    const as = basisOf(app, id);
    const before = prepared.get(app);
    if (before?.result === id && before.as === as) return;
    prepared.set(app, { result: id, as, file: null });
    if (before?.file != null && 'address' in before.file) {
      const { address } = before.file;
      setTimeout(() => URL.revokeObjectURL(address), readMs);
    }
    const keep = (file: Prepared['file']) => {
      if (isStill(app, id, as)) prepared.set(app, { result: id, as, file });
    };
    pictureOf(app, id, app.store.getState().recipes).then(
      (taken) => {
        if (isStill(app, id, as)) keep({ taken, address: URL.createObjectURL(taken.file) });
      },
      (error: unknown) => keep({ failure: failureOf(error) }),
    );
  },
};

/** Puts the file beside what else is dragged; nothing where it is not read yet, and why it cannot be is said. */
export const dragFile: Action<[result: string, transfer: DataTransfer]> = {
  when: (state, id) => findResult(state, id)?.result.state === 'done',
  perform(app, id, transfer) {
    const file = isStill(app, id, basisOf(app, id)) ? (prepared.get(app)?.file ?? null) : null;
    if (file === null) return;
    if ('failure' in file) return notify(app.store, file.failure, { kind: 'result', id });
    const { taken, address } = file;
    transfer.setData('DownloadURL', `image/png:${taken.name}:${address}`);
    sayIfBare(app.store, id, taken);
  },
};

function isStill(app: App, id: string, as: string): boolean {
  const now = prepared.get(app);
  return now?.result === id && now.as === as;
}

function basisOf({ store }: App, id: string): string {
  const { recipes, saveNames, lastBundle } = store.getState();
  return JSON.stringify([findResult(store.getState(), id)?.result.image, recipes, saveNames, lastBundle?.sha256]);
}
