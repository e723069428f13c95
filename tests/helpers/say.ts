/** One turn put to a language model's speaker, by words alone. */
import type { OpenLanguage } from '../../workers/language/language.ts';
import type { JobId, Reply, Seed, TurnRequest } from '../../workers/protocol.ts';

/** A first turn without pictures, answered greedily. */
export function turnRequest(text: string, changes: Partial<TurnRequest> = {}): TurnRequest {
  return {
    job: 'job' as JobId,
    turns: [{ from: 'person', text, images: [] }],
    task: 'auto',
    form: 'auto',
    decoder: 'auto',
    language: 'auto',
    prefill: 'pass',
    sampling: { temperature: 0, topP: 1, maxTokens: 40 },
    seed: '1' as Seed,
    reference: null,
    ...changes,
  };
}

export function say(
  { speaker }: Pick<OpenLanguage, 'speaker'>,
  text: string,
  changes: Partial<TurnRequest> = {},
): Promise<Reply> {
  const silent = { reading: () => undefined, text: () => undefined, imagining: () => undefined };
  return speaker.speak(turnRequest(text, changes), [], silent, new AbortController().signal);
}
