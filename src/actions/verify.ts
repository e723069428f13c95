/** A picture's file drawn again as its recipe says, and compared with it. Loaded apart: recipes bring their schemas. */
import { fail } from '../../model/failure.ts';
import { peakSignalToNoise } from '../../model/image/likeness.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { repetitionOf, requireRepeatable } from '../../session/repetition.ts';
import { runTurn } from '../../session/turn.ts';
import { unlessStopped } from '../../session/unless-stopped.ts';
import type { JobId, Painting } from '../../workers/protocol.ts';
import { readPixels } from '../engine/picture-files.ts';
import type { VerificationSubject } from '../state/queue.ts';
import type { Verification } from '../state/recipe-owner.ts';
import type { Action, App } from './app.ts';
import { atWork } from './at-work.ts';
import { follow } from './follow.ts';
import { openedModel } from './open-model.ts';
import { sourcesOf } from './sources.ts';

/** A picture's file, by its content and its name. */
export type PictureFile = Omit<VerificationSubject, 'kind'>;

/** Nothing is said in the conversation, and nothing of what is drawn is kept. */
export const verify: Action<[file: PictureFile, recipe: Recipe]> = {
  when: ({ jobs }, { image }) =>
    !jobs.some(({ subject }) => subject.kind === 'verification' && subject.image === image),
  perform(app, file, recipe) {
    if (!verify.when(app.store.getState(), file, recipe)) return;
    const subject: VerificationSubject = { kind: 'verification', ...file };
    tell(app, file, { state: 'working' });
    app.jobs.add(subject, {
      run: (_, signal) => compare(app, file, recipe, signal),
      leave: () => tell(app, file, { state: 'stopped' }),
    });
  },
};

function tell({ store }: App, { image }: PictureFile, verification: Verification): void {
  store.setState(({ verifications }) => ({ verifications: { ...verifications, [image]: verification } }));
}

async function compare(app: App, file: PictureFile, recipe: Recipe, signal: AbortSignal): Promise<void> {
  const { store, storage } = app;
  const work = async () => {
    const blob = (await storage.blob(file.image)) ?? fail('PICTURE_GONE', {});
    const [pixels, painting] = [await readPixels(blob, file.name), await drawAgain(app, file, recipe, signal)];
    tell(app, file, { state: 'compared', decibels: peakSignalToNoise(pixels, painting) });
    store.setState({ outcome: 'done' });
  };
  await atWork(app, work, (outcome, failure) =>
    tell(app, file, outcome === 'stopped' ? { state: outcome } : { state: outcome, failure }),
  );
}

/** @throws as requireRepeatable; RECIPE_DIFFERS where the model answers in words; STOPPED */
async function drawAgain(app: App, { name }: PictureFile, recipe: Recipe, signal: AbortSignal): Promise<Painting> {
  const { session, store, storage } = app;
  const opened = await unlessStopped(openedModel(app), signal, 'loading');
  const sources = sourcesOf(
    storage,
    store.getState().chats.flatMap(({ turns }) => turns),
  );
  await requireRepeatable(recipe, opened.bundle, sources);
  const turn = repetitionOf(recipe, crypto.randomUUID() as JobId);
  for await (const event of runTurn({ session, opened, sources }, turn, signal)) {
    follow(app, event);
    if (event.type === 'painted' && event.painting.end === 'finished') return event.painting;
    if (event.type === 'ended' && event.reply.end !== 'stopped' && !signal.aborted)
      return fail('RECIPE_DIFFERS', { file: name });
  }
  return fail('STOPPED', { stage: 'drawing' });
}
