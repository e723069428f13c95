import type { Recipe } from '../../model/recipe/recipe.ts';
import { useSelect, useWords } from '../app/context.tsx';
import { type RecipePicture, recipePictures } from './recipe-pictures.ts';
import { PictureThumbnail } from './thumbnail.tsx';
import { usePictureAddress } from './use-picture.ts';

/** The pictures that a recipe needs, as a row of it; nothing for a drawing that needs none. */
export function RecipeImages({ recipe }: { readonly recipe: Recipe }) {
  const words = useWords().page.recipe;
  const chats = useSelect((state) => state.chats);
  const pictures = recipePictures(recipe, chats);
  if (pictures.length === 0) return null;
  return (
    <div>
      <dt>{pictures.length === 1 ? words.picture : words.pictures}</dt>
      <dd>
        <ul className="recipe-pictures">
          {pictures.map((picture) => (
            <RecipeImage key={picture.image} picture={picture} isOneOfSome={pictures.length > 1} />
          ))}
        </ul>
      </dd>
    </div>
  );
}

interface RecipeImageProps {
  readonly picture: RecipePicture;
  readonly isOneOfSome: boolean;
}

function RecipeImage({ picture: { image, name, size, isDrawn, isEdited, isMask }, isOneOfSome }: RecipeImageProps) {
  const { page } = useWords();
  const shown = usePictureAddress(image);
  const label = isMask
    ? page.recipe.area
    : isDrawn
      ? page.result.image(name)
      : page.result.attached(name === '' ? size : name);
  return (
    <li>
      <PictureThumbnail picture={shown} label={label} />
      <p>
        {isEdited && isOneOfSome && <span className="edited">{page.recipe.edited}</span>}
        <span dir="auto">{name}</span>
        {isMask && page.recipe.area}
        <span className="hint">{size}</span>
        {isMask && shown.state === 'there' && (
          <a href={shown.address} download={`nexus-gen-area-${image.slice(0, 12)}.png`}>
            {page.recipe.saveArea}
          </a>
        )}
        {shown.state === 'gone' && <span className="missing">{page.recipe.missing}</span>}
      </p>
    </li>
  );
}
