import type { ReactNode } from 'react';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { seedOfWords } from '../../session/variation.ts';
import { reuseRecipe } from '../actions/set.ts';
import { useApp, usePerform, useWords } from '../app/context.tsx';
import { RecipeImages } from './recipe-images.tsx';
import { type Described, recipeRows } from './recipe-rows.ts';

interface RecipeTextProps {
  readonly of: Described;
  /** What else can be done with it. */
  readonly children?: ReactNode;
}

/** What a recipe says, and its settings to be used again. */
export function RecipeText({ of, children }: RecipeTextProps) {
  const { page } = useWords();
  const recipe = of.from?.recipe;
  return (
    <>
      <dl>
        {recipe !== undefined && <RecipeImages recipe={recipe} />}
        {recipeRows(of, page).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      <footer className="recipe-end">
        <p className="hint">{page.recipe.made}</p>
        {recipe !== undefined && seedOfWords(recipe) !== null && <p className="hint">{page.recipe.twoSeeds}</p>}
        {children}
        {recipe !== undefined && <UseSettings recipe={recipe} />}
      </footer>
    </>
  );
}

function UseSettings({ recipe }: { readonly recipe: Recipe }) {
  const { store } = useApp();
  const { page } = useWords();
  const perform = usePerform();
  const use = () => {
    perform(reuseRecipe, recipe);
    store.setState({ recipe: null });
  };
  return (
    <button type="button" onClick={use}>
      {page.recipe.use}
    </button>
  );
}
