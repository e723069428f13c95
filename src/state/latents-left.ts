import type { Change } from '../../workers/storage/protocol.ts';
import type { BlobHash, ChatRecord, Result, TurnId } from '../storage/records.ts';
import { turnWith } from './tree.ts';

/** Latents of drawings that went on, or are whole, since: changed results named them before. What is deleted may be had back. */
export function latentsLeft(before: readonly ChatRecord[], changes: readonly Change[]): readonly BlobHash[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'result') return [];
    const turn = turnWith(before.find(({ id }) => id === change.chat)?.turns ?? [], change.turn as TurnId);
    const known = turn?.from === 'model' ? turn.results.find(({ id }) => id === change.id) : undefined;
    const left = known?.reached?.latents;
    return left === undefined || left === (change.result as Result).reached?.latents ? [] : [left];
  });
}
