/** Polish: the model makes a message's bare words fuller, for the person to look over before anything is drawn. */
import { fail } from '../../model/failure.ts';
import { isBlank } from '../../model/text/blank.ts';
import { polishSampling } from '../../model/text/forms.ts';
import { newJobId } from '../../session/job-id.ts';
import { runTurn } from '../../session/turn.ts';
import type { AskedTurn } from '../../session/turn-events.ts';
import { unlessStopped } from '../../session/unless-stopped.ts';
import type { Opened, Reply } from '../../workers/protocol.ts';
import { randomSeed, settingsOf, usedNumber } from '../settings/fields.ts';
import { begunWork } from '../state/live.ts';
import { notify } from '../state/notices.ts';
import { goodIn } from '../state/own-settings.ts';
import type { PolishSubject } from '../state/queue.ts';
import type { AppState } from '../state/state.ts';
import { withMessage } from '../state/unsent.ts';
import type { Action, App } from './app.ts';
import { atWork } from './at-work.ts';
import { follow } from './follow.ts';
import { openedModel } from './open-model.ts';
import { sourcesOf } from './sources.ts';

/** Why the message cannot be polished now; null where it can. Words that go with a picture say what to change or ask. */
export function whyNotPolished(state: AppState): 'wordless' | 'pictures' | 'busy' | null {
  if (isBlank(state.text)) return 'wordless';
  if (state.attachments.length > 0 || state.reference !== null) return 'pictures';
  return isPolishing(state) ? 'busy' : null;
}

/** Whether the shown message is being polished, or waits for it. */
export function isPolishing({ jobs, current }: AppState): boolean {
  return jobs.some(({ subject }) => subject.kind === 'polish' && subject.chat === current);
}

/** What is written meanwhile, or sent, is not polished any more. */
export const polish: Action = {
  when: (state) => whyNotPolished(state) === null,
  perform(app) {
    const { store, jobs } = app;
    const state = store.getState();
    if (!polish.when(state)) return;
    const subject: PolishSubject = { kind: 'polish', chat: state.current, words: state.text };
    jobs.add(subject, {
      run: (polished, signal) => polishWords(app, polished, signal),
      leave: () => store.setState({ outcome: 'stopped' }),
    });
  },
};

/** Polished words stay as they are. */
export const keepPolished: Action = {
  when: ({ polishedFrom }) => polishedFrom !== null,
  perform: ({ store }) => store.setState({ polishedFrom: null }),
};

/** The words are again what they were before they were polished. */
export const undoPolish: Action = {
  when: ({ polishedFrom }) => polishedFrom !== null,
  perform: ({ store }) =>
    store.setState(({ polishedFrom }) => (polishedFrom === null ? {} : { text: polishedFrom, polishedFrom: null })),
};

async function polishWords(app: App, { chat, words }: PolishSubject, signal: AbortSignal): Promise<void> {
  const { store, live } = app;
  live.set(begunWork(null));
  const work = async () => {
    const opened = await unlessStopped(openedModel(app), signal, 'loading');
    const reply = await askForWords(app, opened, { chat, words }, signal);
    if (reply.end === 'stopped') return store.setState({ outcome: 'stopped' });
    const polished = reply.text.trim();
    if (polished === '' || polished === words.trim()) return fail('POLISH_NOTHING', {});
    const change = (state: AppState) =>
      withMessage(state, chat, (message) => ({ text: polished, polishedFrom: message.polishedFrom ?? words }));
    store.setState((state) => ({ ...change(state), outcome: 'done' }));
  };
  await atWork(app, work, (outcome, failure) => {
    if (outcome === 'failed') notify(store, failure);
  });
}

type Bare = Pick<PolishSubject, 'chat' | 'words'>;

async function askForWords(app: App, opened: Opened, bare: Bare, signal: AbortSignal): Promise<Reply> {
  const { session, store, storage } = app;
  const turn = askedTurn(store.getState(), opened, bare);
  for await (const event of runTurn({ session, opened, sources: sourcesOf(storage, []) }, turn, signal)) {
    if (event.type === 'ended') return event.reply;
    follow(app, event);
  }
  return fail('STOPPED', { stage: 'writing' });
}

/** Each press finds words of its own, where a person's settings of sampling do not say otherwise. */
function askedTurn(state: AppState, { bundle }: Opened, { chat, words }: Bare): AskedTurn {
  const good = goodIn(state, chat);
  const { prefill, maxTokens, ...settings } = settingsOf(good, bundle);
  return {
    job: newJobId(),
    turns: [{ from: 'person', text: words, images: [] }],
    seed: randomSeed(),
    reference: null,
    form: 'polish',
    task: 'auto',
    decoder: 'auto',
    prefill,
    language: 'auto',
    sampling: {
      temperature: Number(usedNumber('temperature', good, polishSampling.temperature)),
      topP: Number(usedNumber('topP', good, polishSampling.topP)),
      maxTokens,
    },
    painting: { ...settings, start: null },
    imagined: null,
    recipes: state.recipes,
    wanted: 'words',
  };
}
