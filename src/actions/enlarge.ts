/** A result saved larger than it was painted. */
import { fail, failureOf } from '../../model/failure.ts';
import { canBeEnlarged } from '../../model/image/enlarge.ts';
import type { Enlargement } from '../../model/recipe/recipe.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { enlargeFile } from '../engine/enlarge.ts';
import { findResult } from '../state/chats.ts';
import type { EnlargementNews } from '../state/enlargement.ts';
import { fileNameOf } from '../state/file-names.ts';
import { notify } from '../state/notices.ts';
import type { Queued } from '../state/queue.ts';
import type { AppState } from '../state/state.ts';
import type { Action, App } from './app.ts';
import { download } from './keep-picture.ts';
import { savedFile } from './saved-file.ts';

export const openEnlarge: Action<[result: string]> = {
  when: (state, id) => findResult(state, id)?.result.state === 'done',
  perform: ({ store }, enlarging) =>
    store.setState(({ enlargements: { [enlarging]: before, ...others } }) => ({
      enlarging,
      // What was saved or failed before is past; what works goes on.
      enlargements:
        before?.state === 'waiting' || before?.state === 'working' ? { ...others, [enlarging]: before } : others,
    })),
};

export const leaveEnlarge: Action = {
  when: ({ enlarging }) => enlarging !== null,
  perform: ({ store }) => store.setState({ enlarging: null }),
};

/** The done result that shows a picture; undefined where it is no result. */
export function resultShowing({ chats }: AppState, image: ImageId | null): string | undefined {
  if (image === null) return undefined;
  const results = chats.flatMap(({ turns }) => turns.flatMap((turn) => (turn.from === 'model' ? turn.results : [])));
  return results.find((result) => result.image === image && result.state === 'done')?.id;
}

/** The work on it that is in the queue. */
export function enlargementIn({ jobs }: AppState, result: string): Queued | undefined {
  return jobs.find(({ subject }) => subject.kind === 'enlargement' && subject.result === result);
}

/** With as much of its recipe as the setting says. */
export const enlargeResult: Action<[result: string, enlargement: Enlargement]> = {
  when(state, id, { factor }) {
    const result = findResult(state, id)?.result;
    return result?.state === 'done' && canBeEnlarged(result, factor) && enlargementIn(state, id) === undefined;
  },
  perform(app, id, enlargement) {
    if (!enlargeResult.when(app.store.getState(), id, enlargement)) return;
    tell(app, id, { state: 'waiting' });
    app.jobs.add(
      { kind: 'enlargement', result: id },
      {
        run: (_, signal) => work(app, id, enlargement, signal),
        leave: () => tell(app, id, { state: 'stopped' }),
      },
    );
  },
};

function tell({ store }: App, id: string, news: EnlargementNews): void {
  store.setState(({ enlargements }) => ({ enlargements: { ...enlargements, [id]: news } }));
}

async function work(app: App, id: string, enlargement: Enlargement, signal: AbortSignal): Promise<void> {
  const { store } = app;
  store.setState({ activity: { stage: 'enlarging' }, outcome: null });
  tell(app, id, { state: 'working', tiles: 0, of: 0 });
  try {
    const { name, file } = await enlarged(app, id, enlargement, signal);
    download(file, name);
    tell(app, id, { state: 'saved', name });
    store.setState({ outcome: 'done' });
  } catch (error) {
    const found = failureOf(error);
    const isStopped = found.code === 'STOPPED';
    tell(app, id, isStopped ? { state: 'stopped' } : { state: 'failed', failure: found });
    // Said beside the picture where nobody looks at the dialog any more.
    if (!isStopped && store.getState().enlarging !== id) notify(store, found, { kind: 'result', id });
    store.setState({ outcome: isStopped ? 'stopped' : 'failed' });
  } finally {
    store.setState({ activity: null });
  }
}

/** @throws PICTURE_GONE, and as savedFile and enlargeFile */
async function enlarged(app: App, id: string, enlargement: Enlargement, signal: AbortSignal) {
  const { recipes, device } = app.store.getState();
  const result = findResult(app.store.getState(), id)?.result;
  const image = result?.image ?? null;
  const stored = image === null ? null : await app.storage.blob(image);
  if (result === undefined || stored === null) return fail('PICTURE_GONE', {});
  const { file } = await savedFile(app, result, stored, recipes);
  const name = fileNameOf(app.store.getState(), result, `-x${enlargement.factor}`);
  const png = await enlargeFile(file, name, enlargement, {
    device,
    signal,
    tell: ({ tiles, of }) => tell(app, id, { state: 'working', tiles, of }),
  });
  return { name, file: new Blob([png], { type: 'image/png' }) };
}
