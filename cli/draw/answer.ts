/** One turn from its question to the answer: the model's words and, where it came to a picture, that picture as a PNG. */
import { fail } from '../../model/failure.ts';
import type { Composite, Enlargement } from '../../model/recipe/recipe.ts';
import { newJobId } from '../../session/job-id.ts';
import type { SelectedArea } from '../../session/selected-area.ts';
import { runTurn } from '../../session/turn.ts';
import type { AskedTurn, TurnContext, TurnEvent } from '../../session/turn-events.ts';
import type { ImageId, Reply, Seed } from '../../workers/protocol.ts';
import type { Album } from './album.ts';
import { paintingFile } from './enlarge.ts';
import { neverStopped, type OpenModel } from './model.ts';
import type { Settings } from './options.ts';
import { samplingOf, seedText } from './request.ts';

export interface Question extends Pick<AskedTurn, 'turns' | 'task' | 'form' | 'reference' | 'imagined' | 'wanted'> {
  readonly settings: Settings;
  /** A picture to start from; how much of it may change is a setting. */
  readonly start: ImageId | null;
  /** How the rest of the edited picture is kept, as the recipe that is repeated says. */
  readonly composite: Composite | null;
  /** Where alone a picture is to change, as that recipe says. */
  readonly area: SelectedArea | null;
  /** How the picture is made larger than it was painted, as that recipe says. */
  readonly enlargement: Enlargement | null;
  /** That of the words, where it is not the picture's. */
  readonly wordsSeed: Seed | null;
}

export type Tell = (event: TurnEvent) => void;

export interface Answer {
  readonly reply: Reply;
  readonly png: Uint8Array | null;
}

export interface Studio {
  readonly model: OpenModel;
  readonly album: Album;
}

/** @param tell what the turn tells on its way */
export async function answer(
  studio: Studio,
  question: Question,
  seed: bigint,
  tell: Tell = () => undefined,
): Promise<Answer> {
  let png: Uint8Array | null = null;
  for await (const event of runTurn(contextOf(studio), turnOf(question, seed, studio), neverStopped)) {
    tell(event);
    if (event.type === 'painted') png = await paintingFile(event.painting, event.fileRecipe, question.enlargement);
    if (event.type === 'ended') return { reply: event.reply, png };
  }
  return fail('UNEXPECTED', { message: 'a turn without an end' });
}

export function contextOf({ model, album }: Studio): TurnContext {
  return { ...model, sources: album };
}

function turnOf(
  { settings, start, composite, area, wordsSeed, enlargement: _, ...asked }: Question,
  seed: bigint,
  { model }: Studio,
): AskedTurn {
  const { decoder, language, prefill, size, steps, guidance, cfg, cfgRange, stepCache, negative, strength } = settings;
  return {
    ...asked,
    recipes: 'picture',
    job: newJobId(),
    decoder,
    language,
    prefill,
    sampling: {
      ...samplingOf(settings, asked.form, model.opened.bundle.defaults),
      ...(wordsSeed === null ? {} : { seed: wordsSeed }),
    },
    seed: seedText(seed),
    painting: {
      ...{ size, steps, guidance, cfg, cfgRange, stepCache },
      ...{ negative: negative ?? '', start, strength, composite, area },
    },
  };
}
