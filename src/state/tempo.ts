/** How fast the model works, by its own count: tokens of a reply, steps of a drawing. */
import type { TurnEvent } from '../../session/turn-events.ts';

export interface Tempo {
  readonly tokens: Span | null;
  readonly steps: Span | null;
}

/** From the first count that was told to the last, with their times in milliseconds. */
interface Span {
  readonly first: number;
  readonly since: number;
  readonly last: number;
  readonly at: number;
}

export const noTempo: Tempo = { tokens: null, steps: null };

/** The beginning of a reply that was guessed comes all at once: what is told in a shorter time than this says nothing. */
const shortestMs = 100;

/** @param now in milliseconds */
export function tempoAfter(before: Tempo, event: TurnEvent, now: number): Tempo {
  switch (event.type) {
    case 'text':
      return { ...before, tokens: extended(before.tokens, event.tokens, now) };
    case 'step':
      return { ...before, steps: extended(before.steps, event.step, now) };
    case 'begun again':
      return noTempo;
    default:
      return before;
  }
}

function extended(span: Span | null, count: number, now: number): Span {
  return span === null ? { first: count, since: now, last: count, at: now } : { ...span, last: count, at: now };
}

/** Undefined while nothing can be said of it. */
export function tokensPerSecond({ tokens }: Tempo): number | undefined {
  if (tokens === null || tokens.at - tokens.since < shortestMs || tokens.last <= tokens.first) return undefined;
  return (1000 * (tokens.last - tokens.first)) / (tokens.at - tokens.since);
}

/** Undefined before a second step has ended. */
export function secondsPerStep({ steps }: Tempo): number | undefined {
  if (steps === null || steps.at <= steps.since || steps.last <= steps.first) return undefined;
  return (steps.at - steps.since) / (steps.last - steps.first) / 1000;
}
