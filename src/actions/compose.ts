/** What a person does in the composer: words, pictures, Send, Stop. */
import { type Failure, failureOf } from '../../model/failure.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { bringIn } from '../picture/bring-in.ts';
import { shownTurns } from '../state/chats.ts';
import { dismissOfFiles, notify } from '../state/notices.ts';
import { type AppState, emptyMessage } from '../state/state.ts';
import { attachmentRead } from '../state/unsent.ts';
import { type ChatId, newTurnId } from '../storage/records.ts';
import { aboutOf, areaToSend } from './about.ts';
import type { Action, App } from './app.ts';
import { asAsked, ask, isAskable } from './ask.ts';

/** A picture that is still being read is waited for. */
export const send: Action = {
  when: ({ text, attachments, reference }) => isAskable(text, attachments.length, reference),
  perform(app) {
    const { store } = app;
    const state = store.getState();
    if (!send.when(state)) return;
    if (isReading(state)) {
      dismissOfFiles(store);
      return store.setState({ sendWhenRead: true });
    }
    const area = areaToSend(state);
    ask(app, state.current, {
      id: newTurnId(),
      parent: shownTurns(state).at(-1)?.id ?? null,
      from: 'person',
      text: asAsked(state.text),
      pictures: state.attachments.flatMap(({ record }) => record ?? []),
      reference: state.reference,
      about: aboutOf(state),
      form: 'auto',
      ...(area === null ? {} : { area }),
    });
    // Files that were given to other chats are told of there.
    store.setState(({ notices, current }) => ({
      ...emptyMessage,
      sendWhenRead: false,
      notices: notices.filter(({ about }) => about.kind === 'file' && about.chat !== current),
    }));
  },
};

function isReading({ attachments }: AppState): boolean {
  return attachments.some(({ record }) => record === null);
}

/** Whether there is anything that Stop is for; what was told to stop already is not told again. */
export const works = ({ jobs, sendWhenRead }: AppState): boolean => jobs.length > 0 || sendWhenRead;

export const stop: Action = {
  when: ({ jobs, sendWhenRead }) => jobs.some(({ state }) => state !== 'stopping') || sendWhenRead,
  perform({ store, jobs }) {
    const isPaused = store.getState().jobs[0]?.state === 'waiting';
    store.setState({ sendWhenRead: false });
    jobs.stop();
    // Where nothing had begun there is nothing else that tells of it.
    if (isPaused) store.setState({ outcome: 'stopped' });
  },
};

export const write: Action<[text: string]> = {
  when: () => true,
  // A name that was taken away stays away until the words are others.
  perform: ({ store }, text) =>
    store.setState(({ about }) => ({
      text,
      ...(text === '' && about.by === 'place' ? { about: { by: 'words' } } : {}),
    })),
};

/**
 * @param failures why others of what was given with them are no files that can be read; what was said of earlier ones is past
 */
export const addPictures: Action<[files: readonly File[], failures?: readonly Failure[]]> = {
  when: (_, files, failures = []) => files.length + failures.length > 0,
  perform(app, files, failures = []) {
    dismissOfFiles(app.store);
    const { current: chat } = app.store.getState();
    for (const failure of failures) notify(app.store, failure, { kind: 'file', chat });
    for (const file of files) void addPicture(app, chat, file);
  },
};

async function addPicture(app: App, chat: ChatId, file: File): Promise<void> {
  const { store, storage } = app;
  const key = crypto.randomUUID();
  store.setState(({ attachments }) => ({ attachments: [...attachments, { key, name: file.name, record: null }] }));
  try {
    const record = await bringIn(storage, file);
    store.setState((state) => attachmentRead(state, key, record));
  } catch (error) {
    // The message would say something else without its picture.
    store.setState((state) => ({ ...attachmentRead(state, key, null), sendWhenRead: false }));
    notify(store, failureOf(error), { kind: 'file', chat });
  }
  const state = store.getState();
  if (state.sendWhenRead && !isReading(state)) send.perform(app);
}

/** Marks the picture that the message is about, among several that come along. */
export const markPicture: Action<[key: string]> = {
  when: ({ attachments }, key) => attachments.some((attachment) => attachment.key === key),
  perform: ({ store }, key) => store.setState({ about: { by: 'mark', key } }),
};

/** Leaves the words as they are and takes no picture from them. */
export const forgetNamedPicture: Action = {
  when: ({ about }) => about.by === 'words',
  perform: ({ store }) => store.setState({ about: { by: 'place' } }),
};

/** Puts it at a place among those that come along: the model sees them in this order. */
export const movePicture: Action<[key: string, to: number]> = {
  when: ({ attachments }, key, to) => {
    const at = attachments.findIndex((attachment) => attachment.key === key);
    return at !== -1 && at !== to && to >= 0 && to < attachments.length;
  },
  perform: ({ store }, key, to) =>
    store.setState((state) => {
      const moved = state.attachments.find((attachment) => attachment.key === key);
      if (moved === undefined || !movePicture.when(state, key, to)) return {};
      return { attachments: state.attachments.filter((other) => other !== moved).toSpliced(to, 0, moved) };
    }),
};

export const removePicture: Action<[key: string]> = {
  when: ({ attachments }, key) => attachments.some((attachment) => attachment.key === key),
  perform: ({ store }, key) =>
    store.setState(({ attachments, area }) => {
      const removed = attachments.find((old) => old.key === key)?.record?.id;
      return { attachments: attachments.filter((old) => old.key !== key), area: area?.of === removed ? null : area };
    }),
};

/** Puts a result at the next turn's start, where the open model has a decoder for edits; null takes it away again. */
export const editThis: Action<[image: ImageId | null]> = {
  when: ({ model }, image) =>
    image === null || model.phase !== 'ready' || model.opened.bundle.decoders.includes('editing'),
  perform: ({ store }, reference) =>
    store.setState((state) => ({
      reference,
      // An area goes with its picture.
      area: state.area?.of === state.reference && state.reference !== reference ? null : state.area,
    })),
};
