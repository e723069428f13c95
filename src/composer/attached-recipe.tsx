import type { ImageId } from '../../workers/protocol.ts';
import { useApp, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { useFileRecipe } from '../picture/use-file-recipe.ts';

interface AttachedRecipeProps {
  readonly image: ImageId;
  readonly name: string;
}

/** Offers what a picture's file says of how it was made; nothing for one that says nothing. */
export default function AttachedRecipe({ image, name }: AttachedRecipeProps) {
  const { store } = useApp();
  const words = useWords().page.recipe;
  const { state } = useFileRecipe(image, name);
  if (state !== 'found' && state !== 'unusable') return null;
  return (
    <button
      type="button"
      className="recipe-line"
      aria-label={words.ofFile(name)}
      title={words.ofFile(name)}
      onClick={() => store.setState({ recipe: { of: 'file', image, name } })}
    >
      <Icon name="recipe" />
    </button>
  );
}
