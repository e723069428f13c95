/** What a person does in the composer: words, pictures, Send, Stop. */
import { failureOf } from '../../model/failure.ts';
import type { ImageId } from '../engine/engine.ts';
import { bringIn } from '../picture/bring-in.ts';
import { parseSeedField, randomSeed } from '../settings/fields.ts';
import { appendTurns } from '../state/chats.ts';
import { notify } from '../state/notices.ts';
import { type ModelTurn, newTurnId, type PersonTurn } from '../storage/records.ts';
import type { Action } from './app.ts';
import { endTurn, runTurn } from './run-turn.ts';

/** Neither words nor a picture: nothing to send. A picture that is still being read is waited for. */
export const send: Action = {
  when: ({ text, attachments, reference }) =>
    attachments.every(({ record }) => record !== null) &&
    (text.trim() !== '' || attachments.length > 0 || reference !== null),
  perform(app) {
    const { store, jobs } = app;
    const state = store.getState();
    if (!send.when(state)) return;
    const seed = typeof state.good.seed === 'string' ? parseSeedField(state.good.seed) : null;
    const question: PersonTurn = {
      id: newTurnId(),
      from: 'person',
      text: state.text.trim(),
      pictures: state.attachments.flatMap(({ record }) => record ?? []),
      reference: state.reference,
    };
    const answer: ModelTurn = {
      id: newTurnId(),
      from: 'model',
      state: 'queued',
      text: '',
      form: null,
      results: [],
      failure: null,
      turnsLeftOut: 0,
    };
    appendTurns(store, state.current, [question, answer]);
    store.setState({ text: '', attachments: [], reference: null, notices: [] });
    const used = seed ?? randomSeed();
    // A seed that is not locked serves one picture; locking an empty field keeps the seed that was drawn.
    const locked = state.good.lockSeed === true;
    if (locked ? seed === null : state.drafts.seed === state.good.seed) {
      const kept = locked ? used : '';
      store.setState({ drafts: { ...state.drafts, seed: kept }, good: { ...state.good, seed: kept } });
    }
    jobs.add(answer.id, (signal) =>
      signal.aborted ? Promise.resolve(endTurn(app, answer.id, signal.reason)) : runTurn(app, answer.id, used, signal),
    );
  },
};

export const stop: Action = {
  when: ({ jobs }) => jobs.length > 0,
  perform: ({ jobs }) => jobs.stop(),
};

export const write: Action<[text: string]> = {
  when: () => true,
  perform: ({ store }, text) => store.setState({ text }),
};

export const addPictures: Action<[files: readonly File[]]> = {
  when: (_, files) => files.length > 0,
  perform({ store, storage }, files) {
    for (const file of files) {
      const key = crypto.randomUUID();
      store.setState(({ attachments }) => ({ attachments: [...attachments, { key, name: file.name, record: null }] }));
      bringIn(storage, file).then(
        (record) =>
          store.setState(({ attachments }) => ({
            attachments: attachments.map((old) => (old.key === key ? { ...old, record } : old)),
          })),
        (error: unknown) => {
          store.setState(({ attachments }) => ({ attachments: attachments.filter((old) => old.key !== key) }));
          notify(store, failureOf(error));
        },
      );
    }
  },
};

export const removePicture: Action<[key: string]> = {
  when: ({ attachments }, key) => attachments.some((attachment) => attachment.key === key),
  perform: ({ store }, key) =>
    store.setState(({ attachments }) => ({ attachments: attachments.filter((old) => old.key !== key) })),
};

/** Puts a result at the next turn's start; null takes it away again. */
export const editThis: Action<[image: ImageId | null]> = {
  when: () => true,
  perform: ({ store }, reference) => store.setState({ reference }),
};
