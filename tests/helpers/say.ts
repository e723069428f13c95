/** One turn put to a language model's speaker, by words alone. */
import { planTurn, type TrainedContext, type TurnOptions } from '../../model/text/turn-plan.ts';
import type { OpenLanguage } from '../../workers/language/language.ts';
import type { ImageId, JobId, Reply, Seed, TurnRequest } from '../../workers/protocol.ts';

export interface SaidTurn extends TurnOptions<ImageId>, Omit<TurnRequest, 'plan'> {
  /** What the bundle says of its training. */
  readonly trained: TrainedContext;
}

/** A first turn without pictures, answered greedily. */
export function turnRequest(text: string, changes: Partial<SaidTurn> = {}): TurnRequest {
  const { turns, task, form, language, reference, trained, ...request }: SaidTurn = {
    job: 'job' as JobId,
    turns: [{ from: 'person', text, images: [] }],
    task: 'auto',
    form: 'auto',
    language: 'auto',
    reference: null,
    trained: { forms: 'trained', context: 'turn', contextTurns: null },
    imagined: null,
    decoder: 'auto',
    prefill: 'pass',
    sampling: { temperature: 0, topP: 1, maxTokens: 40 },
    seed: '1' as Seed,
    ...changes,
  };
  return { ...request, plan: planTurn({ turns, task, form, language, reference }, trained) };
}

export function say(
  { speaker }: Pick<OpenLanguage, 'speaker'>,
  text: string,
  changes: Partial<SaidTurn> = {},
): Promise<Reply> {
  const silent = { reading: () => undefined, text: () => undefined, imagining: () => undefined };
  return speaker.speak(turnRequest(text, changes), [], silent, new AbortController().signal);
}
