import { useEffect, useRef } from 'react';
import { seedOfWords } from '../../session/variation.ts';
import { reuseSettings } from '../actions/set.ts';
import { useBackCloses } from '../app/back.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { IconButton } from '../app/icon-button.tsx';
import { findResult } from '../state/chats.ts';
import { RecipeImages } from './recipe-images.tsx';
import { recipeRows } from './recipe-rows.ts';

/** How a picture was made, in words; the file that Save writes says the same. */
export function RecipeDialog() {
  const { store } = useApp();
  const { page } = useWords();
  const perform = usePerform();
  const open = useSelect((state) => state.recipe);
  const result = useSelect((state) => (state.recipe === null ? undefined : findResult(state, state.recipe)?.result));
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => store.setState({ recipe: null });
  useBackCloses(open !== null, close);
  useEffect(() => {
    if (open === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [open]);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="recipe-title" closedby="any" onClose={close}>
      <header>
        <h2 id="recipe-title">{page.result.recipe}</h2>
        <IconButton icon="close" label={page.result.close} press={close} />
      </header>
      <dl>
        {result?.from != null && <RecipeImages recipe={result.from.recipe} />}
        {result !== undefined &&
          recipeRows(result, page).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
      </dl>
      <footer>
        <p className="hint">{page.recipe.made}</p>
        {result?.from != null && seedOfWords(result.from.recipe) !== null && (
          <p className="hint">{page.recipe.twoSeeds}</p>
        )}
        {result?.from != null && (
          <button
            type="button"
            onClick={() => {
              perform(reuseSettings, result.id);
              close();
            }}
          >
            {page.recipe.use}
          </button>
        )}
      </footer>
    </dialog>
  );
}
