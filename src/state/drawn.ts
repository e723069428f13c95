/** Every picture drawn, over all chats. */
import type { ChatId, ChatRecord, Result, TurnId } from '../storage/records.ts';
import { madeOnce } from './made-once.ts';

export interface DrawnPicture {
  readonly chat: ChatId;
  readonly turn: TurnId;
  readonly result: Result;
}

/** The newest first; those of a version that did not note the time as old as their chat, in its order. */
export const drawnPictures = madeOnce((chats: readonly ChatRecord[]): readonly DrawnPicture[] => {
  const pictures = chats.flatMap(({ id: chat, changed, turns }) =>
    turns.flatMap((turn) =>
      turn.from !== 'model'
        ? []
        : turn.results.flatMap((result) =>
            isDrawn(result) ? { chat, turn: turn.id, result, made: Math.min(result.made ?? changed, changed) } : [],
          ),
    ),
  );
  // Sorting keeps the order of what is equally old, and the last of a chat is its newest.
  return pictures.toReversed().toSorted((left, right) => right.made - left.made);
});

export function isDrawn({ state, image }: Result): boolean {
  return state === 'done' && image !== null;
}

/** Those in whose words each of the sought words stands somewhere. */
export function picturesWith(pictures: readonly DrawnPicture[], sought: string): readonly DrawnPicture[] {
  const terms = sought.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (terms.length === 0) return pictures;
  return pictures.filter(({ result }) => {
    const words = result.prompt.toLocaleLowerCase();
    return terms.every((term) => words.includes(term));
  });
}
