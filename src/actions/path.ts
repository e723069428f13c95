/** A conversation as the model is asked: the path of turns up to the last of a person. */
import type { ImageId, Turn } from '../../workers/protocol.ts';
import { madeOnce } from '../state/made-once.ts';
import type { ModelTurn, Result, TurnId, TurnRecord } from '../storage/records.ts';

/** Replies that came to nothing are left out with their question. */
export function pathOf(turns: readonly TurnRecord[]): readonly Turn[] {
  return stationsOf(turns).map(({ turn }) => turn);
}

/** What a person can point at in words. */
export interface ShownPictures {
  /** In the order they came, variations too. */
  readonly pictures: readonly ImageId[];
  /** How many of the last ones are results of one turn, side by side; 0 where the last is alone. */
  readonly together: number;
}

/** The pictures beside a message ask for them at every key. */
export const shownPictures = madeOnce((turns: readonly TurnRecord[]): ShownPictures => {
  const results = new Map(turns.map((turn) => [turn.id, turn.from === 'model' ? donePictures(turn.results) : []]));
  const lists = stationsOf(turns).map(({ id, turn: { from, ...turn } }) => ({
    from,
    pictures: 'images' in turn ? turn.images : (results.get(id) ?? []),
  }));
  const last = lists.findLast(({ pictures }) => pictures.length > 0);
  const together = last?.from === 'model' && last.pictures.length > 1 ? last.pictures.length : 0;
  return { pictures: lists.flatMap(({ pictures }) => pictures), together };
});

/** Turns that have a picture before them, by path: every edit on the screen asks at every change. */
const turnsBehindPicture = madeOnce((turns: readonly TurnRecord[]): ReadonlySet<TurnId> => {
  const behind = new Set<TurnId>();
  let isEarlier = false;
  for (const [index, turn] of turns.entries()) {
    const [early, question, last] = [turns[index - 3], turns[index - 2], turns[index - 1]];
    isEarlier ||= hasPicture(early, question, true);
    if (isEarlier || hasPicture(question, last, false) || hasPicture(last, undefined, false)) behind.add(turn.id);
  }
  return behind;
});

/** Whether anything stood there to edit when a turn was answered. */
export function hasPictureBefore(turns: readonly TurnRecord[], id: TurnId): boolean {
  return turnsBehindPicture(turns).has(id);
}

function hasPicture(record: TurnRecord | undefined, next: TurnRecord | undefined, isEarlier: boolean): boolean {
  const turn = record === undefined ? null : asTurn(record, next, isEarlier);
  if (record === undefined || turn === null) return false;
  return 'images' in turn ? turn.images.length > 0 : record.from === 'model' && lastPicture(record.results) !== null;
}

/** The first turn that the model still saw when it last answered; null where it saw all of them. */
export function firstSeen(turns: readonly TurnRecord[]): TurnId | null {
  const last = turns.findLastIndex((turn) => turn.from === 'model' && isSettled(turn));
  const answer = turns[last];
  if (answer?.from !== 'model' || answer.turnsLeftOut === 0) return null;
  return stationsOf(turns.slice(0, last))[answer.turnsLeftOut]?.id ?? null;
}

function isSettled({ state, text }: ModelTurn): boolean {
  return state !== 'queued' && state !== 'working' && text !== '';
}

function stationsOf(turns: readonly TurnRecord[]): readonly { readonly id: TurnId; readonly turn: Turn }[] {
  return turns.flatMap((record, index) => {
    const turn = asTurn(record, turns[index + 1], index + 2 < turns.length);
    return turn === null ? [] : [{ id: record.id, turn }];
  });
}

function asTurn(record: TurnRecord, next: TurnRecord | undefined, isEarlier: boolean): Turn | null {
  if (record.from === 'person') {
    if (next?.from === 'model' && next.failure !== null && next.text === '' && isEarlier) return null;
    const images = [...(record.reference === null ? [] : [record.reference]), ...record.pictures.map(({ id }) => id)];
    return { from: 'person', text: record.text, images };
  }
  if (record.from === 'unreadable') return null;
  const drawn = lastPicture(record.results);
  // A picture's mark without its picture would stand for nothing.
  const text = drawn === null ? record.text.replaceAll('<image>', '') : record.text;
  return text === '' && drawn === null ? null : { from: 'model', text, drawn };
}

function lastPicture(results: readonly Result[]): ImageId | null {
  return donePictures(results).at(-1) ?? null;
}

function donePictures(results: readonly Result[]): readonly ImageId[] {
  return results.flatMap(({ state, image }) => (state === 'done' && image !== null ? [image] : []));
}
