import { useMemo } from 'react';
import { type Failure, failureOf } from '../../model/failure.ts';
import { parseRecipe, type Recipe } from '../../model/recipe/recipe.ts';
import type { ImageId, Seed } from '../../workers/protocol.ts';
import { verify } from '../actions/verify.ts';
import { Alert } from '../app/alert.tsx';
import { usePerform, useSelect } from '../app/context.tsx';
import type { Described } from './recipe-rows.ts';
import { RecipeText } from './recipe-text.tsx';
import { useFileRecipe } from './use-file-recipe.ts';
import { Verified } from './verified.tsx';

interface FileRecipeProps {
  readonly image: ImageId;
  readonly name: string;
}

/** What a file says that is a recipe alone: there is no picture to compare with. */
export function TextRecipe({ text }: { readonly text: string }) {
  const found = useMemo(() => recipeIn(text), [text]);
  return 'failure' in found ? <Alert failure={found.failure} /> : <RecipeText of={describedBy(found.recipe, null)} />;
}

function recipeIn(text: string): { readonly recipe: Recipe } | { readonly failure: Failure } {
  try {
    return { recipe: parseRecipe(text) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** What a picture's file says of how it was made, and whether that is so. */
export function FileRecipe({ image, name }: FileRecipeProps) {
  const found = useFileRecipe(image, name);
  if (found.state === 'unusable') return <Alert failure={found.failure} />;
  if (found.state !== 'found') return null;
  return (
    <RecipeText of={describedBy(found.recipe, image)}>
      <VerifiedFile file={{ image, name }} recipe={found.recipe} />
    </RecipeText>
  );
}

function describedBy(recipe: Recipe, image: ImageId | null): Described {
  const { messages, seed, size, bundle } = recipe;
  return {
    prompt: messages.at(-1)?.text ?? '',
    seed: seed as Seed,
    ...size,
    model: bundle.id,
    image,
    from: { recipe },
  };
}

function VerifiedFile({ file, recipe }: { readonly file: FileRecipeProps; readonly recipe: Recipe }) {
  const perform = usePerform();
  const available = useSelect((state) => verify.when(state, file, recipe));
  return <Verified image={file.image} available={available} press={() => perform(verify, file, recipe)} />;
}
