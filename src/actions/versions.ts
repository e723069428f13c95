/** Versions of a turn: made by Regenerate and Edit message, and shown one at a time. */
import { randomSeed } from '../settings/fields.ts';
import { chatOfTurn } from '../state/chats.ts';
import type { AppState } from '../state/state.ts';
import { showing } from '../state/steps.ts';
import { versionsOf } from '../state/tree.ts';
import { newTurnId, type PersonTurn, type TurnId, type TurnRecord } from '../storage/records.ts';
import { aboutInOtherWords, withoutStrayArea } from './about.ts';
import type { Action } from './app.ts';
import { answerAnew, asAsked, ask, isAskable, questionOf } from './ask.ts';
import { recordStep, take } from './undo.ts';

/** Answers a question once more, with another seed; the answer that is there stays as a version. */
export const regenerate: Action<[turn: TurnId]> = {
  when: (state, id) => questionOf(state, id) !== undefined,
  perform(app, id) {
    const asked = questionOf(app.store.getState(), id);
    if (asked === undefined) return;
    const version = answerAnew(app, asked, randomSeed());
    if (id !== asked.question.id) recordStep(app.store, showing(asked.chat.id, asked.question.id, id, version));
  },
};

/** Puts a message in other words; the one that is there stays as a version, with all that follows it. */
export const editMessage: Action<[turn: TurnId, text: string]> = {
  when: (state, id, text) => {
    const question = messageOf(state, id);
    return question !== undefined && isAskable(text, question.pictures.length, question.reference);
  },
  perform(app, id, text) {
    const state = app.store.getState();
    const question = messageOf(state, id);
    const chat = chatOfTurn(state, id);
    if (question === undefined || chat === undefined || !editMessage.when(state, id, text)) return;
    const words = asAsked(text);
    const about = aboutInOtherWords(chat.turns, question, words);
    const version = withoutStrayArea({ ...question, id: newTurnId(), text: words, about });
    ask(app, chat.id, version, 'beside');
    recordStep(app.store, showing(chat.id, question.parent, id, version.id));
  },
};

function messageOf(state: AppState, id: TurnId): PersonTurn | undefined {
  const turn = chatOfTurn(state, id)?.turns.find((candidate) => candidate.id === id);
  return turn?.from === 'person' ? turn : undefined;
}

/** Shows the version of a turn before or behind the shown one. */
export const showVersion: Action<[turn: TurnId, step: -1 | 1]> = {
  when: (state, id, step) => versionBeside(state, id, step) !== undefined,
  perform(app, id, step) {
    const state = app.store.getState();
    const version = versionBeside(state, id, step);
    const chat = chatOfTurn(state, id);
    if (version === undefined || chat === undefined) return;
    take(app, showing(chat.id, version.parent, id, version.id));
  },
};

function versionBeside(state: AppState, id: TurnId, step: -1 | 1): TurnRecord | undefined {
  const versions = versionsOf(chatOfTurn(state, id)?.turns ?? [], id);
  return versions[versions.findIndex((turn) => turn.id === id) + step];
}
