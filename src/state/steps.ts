/** What a person did to conversations, as the changes that take it back and do it again: what other tabs did meanwhile stays. */
import type { ChatId, ChatRecord, Chosen, TurnId } from '../storage/records.ts';
import { stoppedTurn } from '../storage/stopped-turn.ts';
import type { ChatChange } from './changes.ts';
import type { DrawnPicture } from './drawn.ts';
import { branchFrom, choiceKey } from './tree.ts';

export type Deed = 'delete' | 'delete chat' | 'delete pictures' | 'rename' | 'version';

export interface Move {
  readonly changes: readonly ChatChange[];
  /** Versions that are shown then. */
  readonly chosen: Chosen;
  /** The chat that is shown then; null leaves it. */
  readonly open: ChatId | null;
}

export interface Step {
  readonly deed: Deed;
  readonly back: Move;
  readonly again: Move;
}

/** Those that a step changes or shows. */
export function chatsOf({ back, again }: Step): ReadonlySet<ChatId> {
  const chatsIn = ({ changes, open }: Move) => [...changes.map(({ chat }) => chat), ...(open === null ? [] : [open])];
  return new Set([back, again].flatMap(chatsIn));
}

const nothing: Move = { changes: [], chosen: {}, open: null };

/** A turn with all that follows it; a chat of which nothing is left goes with its title. */
export function deletionOfTurn(chat: ChatRecord, id: TurnId): Step {
  const branch = branchFrom(chat.turns, id);
  if (branch.length === chat.turns.length) return { ...deletionOfChat(chat, chat.id), deed: 'delete' };
  const [first] = branch;
  const chosen = first === undefined ? {} : { [choiceKey(chat.id, first)]: id };
  return {
    deed: 'delete',
    back: { changes: additions(chat.id, branch), chosen, open: chat.id },
    again: { ...nothing, changes: deletions(chat.id, branch) },
  };
}

/** @param open the chat that is shown */
export function deletionOfChat(chat: ChatRecord, open: ChatId): Step {
  const title: ChatChange = { kind: 'title', chat: chat.id, title: chat.title };
  return {
    deed: 'delete chat',
    back: { ...nothing, changes: [...additions(chat.id, chat.turns), title], open: open === chat.id ? chat.id : null },
    again: { ...nothing, changes: deletions(chat.id, chat.turns) },
  };
}

/** The turns that they were drawn in stay. */
export function deletionOfPictures(pictures: readonly DrawnPicture[]): Step {
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

export function renaming({ id: chat, title: before }: ChatRecord, title: string): Step {
  const change = (to: string): Move => ({ ...nothing, changes: [{ kind: 'title', chat, title: to }] });
  return { deed: 'rename', back: change(before), again: change(title) };
}

/** @param before what was shown in its place */
export function showing(chat: ChatId, parent: TurnId | null, before: TurnId, version: TurnId): Step {
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
