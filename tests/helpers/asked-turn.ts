/** A turn as page and terminal ask it of a session, with pictures and software of the test's own. */
import { createHash } from 'node:crypto';
import type { PictureContent, Sources } from '../../session/sources.ts';
import { runTurn } from '../../session/turn.ts';
import type { AskedTurn, TurnContext, TurnEvent } from '../../session/turn-events.ts';
import type { ImageId, JobId, Seed } from '../../workers/protocol.ts';

export function askedTurn(text: string, changes: Partial<AskedTurn> = {}): AskedTurn {
  return {
    job: 'job' as JobId,
    turns: [{ from: 'person', text, images: [] }],
    task: 'auto',
    form: 'auto',
    language: 'auto',
    reference: null,
    imagined: null,
    decoder: 'auto',
    prefill: 'pass',
    sampling: { temperature: 0, topP: 1, maxTokens: 40 },
    seed: '7' as Seed,
    painting: { size: null, steps: null, guidance: null, cfg: null, negative: '', start: 'edited', strength: null },
    recipes: 'picture',
    wanted: 'pictures',
    ...changes,
  };
}

/** A picture of one colour that a person brought. */
export const brought: PictureContent = {
  pixels: { width: 2, height: 1, data: new Uint8Array(6).fill(9) },
  drawnFrom: null,
};

/** Pictures that are not named are gone. */
export function sourcesWith(pictures: Readonly<Record<string, PictureContent>>): Sources {
  return {
    picture: async (id) => pictures[id] ?? null,
    size: (id) => pictures[id]?.pixels,
    versions: async () => ({ tests: '1' }),
    hash: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
  };
}

export async function eventsOfTurn(
  context: TurnContext,
  turn: AskedTurn,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of runTurn(context, turn, signal)) events.push(event);
  return events;
}

export const imageOf = (digit: string) => digit.repeat(64) as ImageId;
