/** One turn put to a language model's speaker, by words alone. */
import { planTurn, type TrainedContext, type TurnOptions } from '../../model/text/turn-plan.ts';
import type { OpenLanguage } from '../../workers/language/language.ts';
import type { ImageId, JobId, Reply, Seed, TurnRequest } from '../../workers/protocol.ts';

const silent = { reading: () => undefined, text: () => undefined, imagining: () => undefined };

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
  return speaker.speak(turnRequest(text, changes), [], silent, new AbortController().signal);
}

/** A drawing, or an edit of a picture of one colour. */
export function sayAbout(
  { speaker }: Pick<OpenLanguage, 'speaker'>,
  text: string,
  task: 'draw' | 'edit',
): Promise<Reply> {
  const id = 'picture' as ImageId;
  const images = task === 'edit' ? [id] : [];
  const request = turnRequest(text, { task, turns: [{ from: 'person', text, images }] });
  const pixels = { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).fill(90) };
  const contents = images.map((image) => ({ id: image, kind: 'seen', pixels }) as const);
  return speaker.speak(request, contents, silent, new AbortController().signal);
}
