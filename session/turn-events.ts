/** What a turn is asked with, and what it tells on its way. */
import type { Recipe } from '../model/recipe/recipe.ts';
import type { TurnOptions } from '../model/text/turn-plan.ts';
import type {
  Drawing,
  ImageId,
  JobId,
  Opened,
  Painting,
  Reply,
  SamplerState,
  TurnRequest,
  WorkerEvent,
} from '../workers/protocol.ts';
import type { ModelSession, SessionEvent } from './model-session.ts';
import type { PaintingPlan, PaintingSettings } from './painting-plan.ts';
import type { RecipeChoice } from './recipe-choice.ts';
import type { Sources } from './sources.ts';

/** A model that is open, and what lies at hand for it. */
export interface TurnContext {
  readonly session: ModelSession;
  readonly opened: Opened;
  readonly sources: Sources;
}

/** What a person asks. */
export interface AskedTurn extends TurnOptions<ImageId>, Omit<TurnRequest, 'plan'> {
  readonly painting: PaintingSettings;
  /** What of the recipe goes into the picture's file. */
  readonly recipes: RecipeChoice;
  /** Whether a picture that the model comes to is painted. */
  readonly wanted: 'pictures' | 'words';
}

type Told<Type extends WorkerEvent['type']> = Extract<WorkerEvent, { readonly type: Type }>;

/** While a picture is painted. */
export type PaintingEvent =
  | Told<'step' | 'preview' | 'reached' | 'developing'>
  /** The device was lost beneath the work, which is done again: what it told until now, of words or of a painting, is void. */
  | Extract<SessionEvent, { readonly type: 'begun again' }>
  | {
      readonly type: 'painted';
      readonly painting: Painting;
      /** With the whole path of turns. */
      readonly recipe: Recipe;
      /** What of it goes into the picture's file; none for one that was stopped half-way, which cannot be repeated. */
      readonly fileRecipe: Recipe | null;
    };

/** In this order: the words as they come, the picture that is imagined, how it is painted, and the whole reply at the end. */
export type TurnEvent =
  | Told<'reading' | 'text' | 'imagining'>
  /** The words are there, and what is about to be painted. */
  | {
      readonly type: 'drawn';
      readonly reply: Reply;
      readonly drawing: Drawing;
      readonly plan: PaintingPlan;
      readonly recipe: Recipe;
    }
  | PaintingEvent
  | { readonly type: 'ended'; readonly reply: Reply };

/** A picture that is painted from embeddings which were imagined before: a variation, or a recipe that holds them. */
export interface Repainting {
  readonly job: JobId;
  readonly drawing: Drawing;
  readonly plan: PaintingPlan;
  /** Of the picture to come, but for the device and the software, which are today's. */
  readonly recipe: Recipe;
  readonly recipes: RecipeChoice;
  /** Where it was interrupted on this device; absent where it is painted from its beginning. */
  readonly resume?: SamplerState | undefined;
}
