/** What a person did to conversations, as the changes that take it back and do it again: what other tabs did meanwhile stays. */
import type { ChatId, ChatRecord, Chosen, PersonTurn, TurnId } from '../storage/records.ts';
import { stoppedTurn } from '../storage/stopped-turn.ts';
import type { ChatChange } from './changes.ts';
import type { DrawnPicture } from './drawn.ts';
import { branchFrom, choiceKey, followersOf, turnWith, versionsOf } from './tree.ts';

export interface Move {
  readonly changes: readonly ChatChange[];
  /** Versions that are shown then. */
  readonly chosen: Chosen;
  /** The chat that is shown then; null leaves it. */
  readonly open: ChatId | null;
}

export type Step = Sending | Varying | Changing;

/** A message was sent; what the model makes of it comes later. */
export interface Sending {
  readonly deed: 'send';
  readonly chat: ChatId;
  readonly question: TurnId;
}

/** Results were added to an answer, which are painted later. */
export interface Varying {
  readonly deed: 'variations';
  readonly chat: ChatId;
  readonly turn: TurnId;
  readonly results: readonly string[];
}

export interface Changing {
  readonly deed: 'delete' | 'delete alone' | 'delete chat' | 'delete pictures' | 'rename' | 'version';
  readonly back: Move;
  readonly again: Move;
}

/** A step as it is taken back: with all that has come of it by then, so that nothing is drawn anew when it is done again. */
export interface TakenBack {
  readonly step: Step;
  readonly back: Move;
  readonly again: Move;
  /** What was said, and lies in the message again. */
  readonly message: PersonTurn | null;
}

/** Those that a step changes or shows. */
export function chatsOf(step: Step): ReadonlySet<ChatId> {
  if (!('back' in step)) return new Set([step.chat]);
  const chatsIn = ({ changes, open }: Move) => [...changes.map(({ chat }) => chat), ...(open === null ? [] : [open])];
  return new Set([step.back, step.again].flatMap(chatsIn));
}

/**
 * Null where nothing is left of it: it was deleted in another tab, or cancelled in the queue.
 *
 * @param undone what was done later and is taken back already
 */
export function takenBack(step: Step, chats: readonly ChatRecord[], undone: readonly TakenBack[]): TakenBack | null {
  if ('back' in step) return { step, back: step.back, again: step.again, message: null };
  const chat = chats.find(({ id }) => id === step.chat);
  if (chat === undefined) return null;
  return step.deed === 'send' ? sendingTakenBack(step, chat, undone) : varyingTakenBack(step, chat);
}

function sendingTakenBack(step: Sending, chat: ChatRecord, undone: readonly TakenBack[]): TakenBack | null {
  const message = turnWith(chat.turns, step.question);
  if (message?.from !== 'person') return null;
  // The message in other words was this tab's too, and would be shown in its place.
  const own = new Set([step.question, ...undone.flatMap(({ again }) => Object.values(again.chosen))]);
  const turns = versionsOf(chat.turns, step.question)
    .filter(({ id }) => own.has(id))
    .flatMap((version) => [version, ...followersOf(chat.turns, version.id).filter(({ from }) => from === 'model')]);
  const title: ChatChange = { kind: 'title', chat: chat.id, title: chat.title };
  const isWhole = turns.length === chat.turns.length;
  return {
    step,
    back: { ...nothing, changes: deletions(chat.id, turns), open: chat.id },
    again: {
      changes: [...additions(chat.id, turns), ...(isWhole ? [title] : [])],
      chosen: { [choiceKey(chat.id, message)]: message.id },
      open: chat.id,
    },
    message,
  };
}

function varyingTakenBack(step: Varying, chat: ChatRecord): TakenBack | null {
  const turn = turnWith(chat.turns, step.turn);
  const results = turn?.from === 'model' ? turn.results.filter(({ id }) => step.results.includes(id)) : [];
  if (results.length === 0) return null;
  const place = { chat: chat.id, turn: step.turn };
  return {
    step,
    back: {
      ...nothing,
      changes: results.map(({ id }): ChatChange => ({ kind: 'result-deletion', ...place, result: id })),
      open: chat.id,
    },
    again: {
      ...nothing,
      changes: results.map((result): ChatChange => ({ kind: 'result', ...place, result })),
      open: chat.id,
    },
    message: null,
  };
}

const nothing: Move = { changes: [], chosen: {}, open: null };

/** A turn with all that follows it; a chat of which nothing is left goes with its title. */
export function deletionOfTurn(chat: ChatRecord, id: TurnId): Changing {
  const branch = branchFrom(chat.turns, id);
  const deed = branch.length === 1 ? 'delete alone' : 'delete';
  if (branch.length === chat.turns.length) return { ...deletionOfChat(chat, chat.id), deed };
  const [first] = branch;
  const chosen = first === undefined ? {} : { [choiceKey(chat.id, first)]: id };
  return {
    deed,
    back: { changes: additions(chat.id, branch), chosen, open: chat.id },
    again: { ...nothing, changes: deletions(chat.id, branch) },
  };
}

/** @param open the chat that is shown */
export function deletionOfChat(chat: ChatRecord, open: ChatId): Changing {
  const title: ChatChange = { kind: 'title', chat: chat.id, title: chat.title };
  return {
    deed: 'delete chat',
    back: { ...nothing, changes: [...additions(chat.id, chat.turns), title], open: open === chat.id ? chat.id : null },
    again: { ...nothing, changes: deletions(chat.id, chat.turns) },
  };
}

/** The turns that they were drawn in stay. */
export function deletionOfPictures(pictures: readonly DrawnPicture[]): Changing {
  return {
    deed: 'delete pictures',
    // In the order in which they were drawn: each goes behind those that are there.
    back: {
      ...nothing,
      changes: pictures
        .map(({ chat, turn, result }): ChatChange => ({ kind: 'result', chat, turn, result }))
        .toReversed(),
    },
    again: {
      ...nothing,
      changes: pictures.map(
        ({ chat, turn, result }): ChatChange => ({ kind: 'result-deletion', chat, turn, result: result.id }),
      ),
    },
  };
}

export function renaming({ id: chat, title: before }: ChatRecord, title: string): Changing {
  const change = (to: string): Move => ({ ...nothing, changes: [{ kind: 'title', chat, title: to }] });
  return { deed: 'rename', back: change(before), again: change(title) };
}

/** @param before what was shown in its place */
export function showing(chat: ChatId, parent: TurnId | null, before: TurnId, version: TurnId): Changing {
  const show = (id: TurnId): Move => ({ ...nothing, chosen: { [choiceKey(chat, { parent })]: id }, open: chat });
  return { deed: 'version', back: show(before), again: show(version) };
}

function additions(chat: ChatId, turns: ChatRecord['turns']): readonly ChatChange[] {
  return turns.map((turn) => ({ kind: 'turn', chat, place: 'beside', turn: stoppedTurn(turn) }));
}

/** From the last on: nothing is left behind that would have to follow another. */
function deletions(chat: ChatId, turns: ChatRecord['turns']): readonly ChatChange[] {
  return turns.map(({ id }): ChatChange => ({ kind: 'turn-deletion', chat, turn: id })).toReversed();
}
