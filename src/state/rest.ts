/** An edit's two pictures: as it was painted, and with the rest of the edited picture kept. */
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { ImageId } from '../../workers/protocol.ts';
import type { Result } from '../storage/records.ts';

type Pictured = Pick<Result, 'image' | 'rest'>;

export function isRestKept({ image, rest }: Pictured): boolean {
  return rest !== undefined && image === rest.kept;
}

/** Every picture that the result is or was: what follows it may be made from either. */
export function imagesOf({ image, rest }: Pictured): readonly ImageId[] {
  const images = [image, rest?.painted, rest?.kept].filter((found) => found != null);
  return [...new Set(images)];
}

export function isImageOf(result: Pictured, image: ImageId): boolean {
  return imagesOf(result).includes(image);
}

/** The recipe of the picture that is shown; null where nothing is known of its making. */
export function recipeOfShown(result: Pick<Result, 'image' | 'rest' | 'from'>): Recipe | null {
  const recipe = result.from?.recipe ?? null;
  if (recipe === null || result.rest === undefined || !isRestKept(result)) return recipe;
  return { ...recipe, composite: result.rest.composite };
}
