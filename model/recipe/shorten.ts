/** A recipe without the turns that its picture does not need: its own and those of the pictures it edits stay. */
import { replyKind } from '../text/forms.ts';
import {
  type ConversationTurn,
  picturesOf,
  picturesOfPlan,
  planTurn,
  type TrainedContext,
  type TurnPlan,
} from '../text/turn-plan.ts';
import { compositeOf } from './composite.ts';
import type { Recipe } from './recipe.ts';

export interface ShortenedRecipe {
  readonly recipe: Recipe;
  /** Whether its own words still give the picture's embeddings: the turns that were left out may have had a part in them. */
  readonly words: 'suffice' | 'fall short';
}

/**
 * @param recipe with the whole path of turns
 * @param trained what the picture's bundle says of itself; null where that is not known
 */
export function shortenRecipe(recipe: Recipe, trained: TrainedContext | null): ShortenedRecipe {
  const { messages } = recipe;
  const edited = editedPicture(recipe);
  const needed = neededTurns(messages, edited);
  if (needed.size === messages.length) return { recipe, words: 'suffice' };
  const shortened = withMessages(
    recipe,
    messages.filter((_, index) => needed.has(index)),
    recipe.reference,
  );
  if (trained !== null && understoodAlike(recipe, planOf(recipe, trained), planOf(shortened, trained))) {
    return { recipe: shortened, words: 'suffice' };
  }
  return { recipe: withMessages(recipe, shortened.messages, edited ?? recipe.reference), words: 'fall short' };
}

function withMessages(recipe: Recipe, messages: Recipe['messages'], reference: Recipe['reference']): Recipe {
  const named = new Set([...picturesOf(messages), reference, recipe.start, recipe.mask, compositeOf(recipe)?.picture]);
  const images = recipe.images.filter(({ sha256 }) => named.has(sha256));
  return { ...recipe, messages, images, reference };
}

/** What a picture is about does not depend on the training, so any serves here. */
const anyTraining: TrainedContext = { forms: 'plain', context: 'conversation', contextTurns: null };

function planOf({ messages, task, form, language, reference }: Recipe, trained: TrainedContext): TurnPlan {
  return planTurn({ turns: messages, task, form, language, reference }, trained);
}

/** The picture that an edit changes, as words, marks and places say; null for a drawing of something new. */
export function editedPicture(recipe: Recipe): string | null {
  const isEdit = recipe.decoder === 'editing' || recipe.form === 'edit';
  return isEdit ? planOf(recipe, anyTraining).reference : null;
}

/** The last turn; and where it edits a picture that the model drew, that one's words and question, and so on. */
function neededTurns(messages: Recipe['messages'], edited: string | null): ReadonlySet<number> {
  const needed = new Set([messages.length - 1]);
  let picture = edited;
  for (let before = messages.length - 1; picture !== null; ) {
    const drawnAt = messages.findLastIndex(
      (turn, index) => index < before && turn.from === 'model' && turn.drawn === picture,
    );
    if (drawnAt < 1) break;
    needed.add(drawnAt - 1).add(drawnAt);
    picture = editedBy(messages.slice(0, drawnAt + 1));
    before = drawnAt - 1;
  }
  return needed;
}

/** What an earlier answer, the last of these turns, says that it edited. */
function editedBy(turns: readonly ConversationTurn[]): string | null {
  if (replyKind(turns.at(-1)?.text ?? '') !== 'edited') return null;
  const asked = turns.slice(0, -1);
  if (asked.at(-1)?.from !== 'person') return null;
  const request = { turns: asked, task: 'auto', form: 'auto', language: 'auto', reference: null } as const;
  return planTurn(request, anyTraining).reference;
}

/** Whether two plans put the same to the model. */
function understoodAlike({ decoder }: Recipe, one: TurnPlan, other: TurnPlan): boolean {
  const essence = (plan: TurnPlan) => {
    const { form, language, words, images, history, chosen } = plan;
    const pictures = picturesOfPlan(plan);
    const drawn = plan.drawn.filter((image) => pictures.includes(image)).sort();
    // A new drawing is shown no picture, whichever would be the latest.
    const isAbout = form !== 'draw' || decoder === 'editing' ? { reference: plan.reference, chosen, drawn } : null;
    return JSON.stringify({ form, language, words, images, history, isAbout });
  };
  return essence(one) === essence(other);
}
