import type { Result, TurnRecord } from './records.ts';

/** A turn behind which nobody is at work any more. */
export function stoppedTurn(turn: TurnRecord): TurnRecord {
  if (turn.from !== 'model') return turn;
  const stopped = <Stated extends { readonly state: Result['state'] }>(found: Stated): Stated =>
    found.state === 'queued' || found.state === 'working' ? { ...found, state: 'stopped' } : found;
  return { ...stopped(turn), results: turn.results.map(stopped) };
}
