/** An edit with the edited picture's own pixels wherever it changed nothing, and back. */
import { fail, failureOf } from '../../model/failure.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { keepRestOf } from '../engine/picture-files.ts';
import { changeResult, findResult } from '../state/chats.ts';
import { notify } from '../state/notices.ts';
import { isRestKept } from '../state/rest.ts';
import type { AppState } from '../state/state.ts';
import type { ModelTurn, RestOfResult, Result } from '../storage/records.ts';
import { contentHash } from '../storage/storage.ts';
import type { Action, App } from './app.ts';

/** Pressed again it shows the picture as it was painted. */
export const keepRest: Action<[result: string, before: ImageId]> = {
  when: (state, id) => findResult(state, id)?.result.state === 'done',
  perform(app, id, before) {
    const found = findResult(app.store.getState(), id);
    if (found === undefined || found.result.image === null) return;
    const { turn, result } = found;
    if (result.rest !== undefined) {
      show(app, turn, result, result.rest, isRestKept(result) ? 'painted' : 'kept');
      return;
    }
    restOf(app, found.result.image, before)
      .then((rest) => {
        const now = findResult(app.store.getState(), id);
        // Another tab, or a second press, was first.
        if (now?.result.rest === undefined && now?.result.image === rest.painted)
          show(app, now.turn, now.result, rest, 'kept');
      })
      .catch((error: unknown) => notify(app.store, failureOf(error), { kind: 'result', id }));
  },
};

/** @throws REST_NONE, PICTURE_GONE, STORAGE_FULL */
async function restOf({ storage }: App, painted: ImageId, before: ImageId): Promise<RestOfResult> {
  const [source, edit] = await Promise.all([storage.blob(before), storage.blob(painted)]);
  if (source === null || edit === null) return fail('PICTURE_GONE', {});
  const { png, composite } = await keepRestOf(source, edit, before);
  const kept = (await contentHash(png)) as ImageId;
  await storage.putBlob(kept, new Blob([png], { type: 'image/png' }));
  return { painted, kept, composite };
}

function show({ store }: App, turn: ModelTurn, result: Result, rest: RestOfResult, which: 'painted' | 'kept'): void {
  const image = rest[which];
  changeResult(store, turn.id, result.id, { image, rest });
  store.setState((state) => followed(state, result.image, image));
}

/** A message that is being written about the picture is about what is seen of it. */
function followed({ reference, area }: AppState, from: ImageId | null, to: ImageId): Partial<AppState> {
  if (reference === null || reference !== from) return {};
  return { reference: to, area: area?.of === from ? { ...area, of: to } : area };
}
