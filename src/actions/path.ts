/** A conversation as the model is asked: the path of turns up to the last of a person. */
import type { ImageId, Turn } from '../../workers/protocol.ts';
import type { ModelTurn, Result, TurnId, TurnRecord } from '../storage/records.ts';

/** Replies that came to nothing are left out with their question. */
export function pathOf(turns: readonly TurnRecord[]): readonly Turn[] {
  return stationsOf(turns).map(({ turn }) => turn);
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
  return results.findLast(({ state, image }) => state === 'done' && image !== null)?.image ?? null;
}
