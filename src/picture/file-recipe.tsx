import type { Recipe } from '../../model/recipe/recipe.ts';
import type { ImageId, Seed } from '../../workers/protocol.ts';
import { verify } from '../actions/verify.ts';
import { Alert } from '../app/alert.tsx';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import type { Verification } from '../state/recipe-owner.ts';
import type { Described } from './recipe-rows.ts';
import { RecipeText } from './recipe-text.tsx';
import { useFileRecipe } from './use-file-recipe.ts';

interface FileRecipeProps {
  readonly image: ImageId;
  readonly name: string;
}

/** What a picture's file says of how it was made, and whether that is so. */
export function FileRecipe({ image, name }: FileRecipeProps) {
  const found = useFileRecipe(image, name);
  if (found.state === 'unusable') return <Alert failure={found.failure} />;
  if (found.state !== 'found') return null;
  return (
    <RecipeText of={describedBy(found.recipe, image)}>
      <Verified file={{ image, name }} recipe={found.recipe} />
    </RecipeText>
  );
}

function describedBy(recipe: Recipe, image: ImageId): Described {
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

function Verified({ file, recipe }: { readonly file: FileRecipeProps; readonly recipe: Recipe }) {
  const words = useWords().page.recipe;
  const perform = usePerform();
  const verification = useSelect(({ verifications }) => verifications[file.image]);
  const available = useSelect((state) => verify.when(state, file, recipe));
  return (
    <>
      <p className="verified" aria-live="polite">
        {verification === undefined ? '' : sentenceOf(verification, words.verified)}
      </p>
      {verification?.state === 'failed' && <Alert failure={verification.failure} />}
      <button
        type="button"
        title={words.verifyHint}
        aria-disabled={available ? undefined : true}
        onClick={() => perform(verify, file, recipe)}
      >
        {words.verify}
      </button>
    </>
  );
}

type VerifiedWords = ReturnType<typeof useWords>['page']['recipe']['verified'];

export function sentenceOf(verification: Verification, words: VerifiedWords): string {
  switch (verification.state) {
    case 'failed':
      return '';
    case 'compared': {
      const { decibels } = verification;
      if (decibels === null) return words.otherSize;
      return decibels === Number.POSITIVE_INFINITY ? words.identical : words.psnr(decibels);
    }
    default:
      return words[verification.state];
  }
}
