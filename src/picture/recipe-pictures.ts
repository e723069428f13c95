/** The pictures that a recipe needs, as a person knows them. */
import type { Recipe } from '../../model/recipe/recipe.ts';
import { editedPicture, shortenRecipe } from '../../model/recipe/shorten.ts';
import { picturesOf } from '../../model/text/turn-plan.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { isImageOf } from '../state/rest.ts';
import type { ChatRecord } from '../storage/records.ts';

export interface RecipePicture {
  readonly image: ImageId;
  readonly size: string;
  /** Its file's name, or the words that it was drawn from; empty where neither is known any more. */
  readonly name: string;
  readonly isDrawn: boolean;
  /** It is the one that the edit changes. */
  readonly isEdited: boolean;
  /** It is the mask of the area that alone was to change. */
  readonly isMask: boolean;
}

/** Those of its own turn and of the pictures it edits, in the order they came into the conversation. */
export function recipePictures(recipe: Recipe, chats: readonly ChatRecord[]): readonly RecipePicture[] {
  const edited = editedPicture(recipe);
  const { images } = shortenRecipe(recipe, null).recipe;
  const pictures = images.map(({ sha256, width, height }) => {
    const image = sha256 as ImageId;
    const known = nameOf(image, chats);
    return {
      image,
      size: `${width} × ${height}`,
      ...known,
      isEdited: sha256 === edited,
      isMask: sha256 === recipe.mask,
    };
  });
  const order = picturesOf(recipe.messages);
  return pictures.toSorted((one, other) => order.indexOf(one.image) - order.indexOf(other.image));
}

function nameOf(image: ImageId, chats: readonly ChatRecord[]): Pick<RecipePicture, 'name' | 'isDrawn'> {
  for (const turn of chats.flatMap(({ turns }) => turns)) {
    if (turn.from === 'person') {
      const brought = turn.pictures.find(({ id }) => id === image);
      if (brought !== undefined) return { name: brought.name, isDrawn: false };
    }
    if (turn.from === 'model') {
      const drawn = turn.results.find((result) => isImageOf(result, image));
      if (drawn !== undefined) return { name: drawn.prompt, isDrawn: true };
    }
  }
  return { name: '', isDrawn: false };
}
