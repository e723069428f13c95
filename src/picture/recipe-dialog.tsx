import { useEffect, useRef } from 'react';
import { verifyResult } from '../actions/verify.ts';
import { useBackCloses } from '../app/back.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { DialogHeader } from '../app/dialog-header.tsx';
import { findResult } from '../state/chats.ts';
import { FileRecipe, TextRecipe } from './file-recipe.tsx';
import { RecipeText } from './recipe-text.tsx';
import { Verified } from './verified.tsx';

/** How a picture was made, in words; the file that Save writes says the same. */
export default function RecipeDialog() {
  const { store } = useApp();
  const { page } = useWords();
  const owner = useSelect((state) => state.recipe);
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => store.setState({ recipe: null });
  useBackCloses(owner !== null, close);
  useEffect(() => {
    if (owner === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [owner]);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="recipe-title" closedby="any" onClose={close}>
      <DialogHeader id="recipe-title" title={page.result.recipe} leave={page.result.close} close={close} />
      {owner?.of === 'result' && <ResultRecipe id={owner.id} />}
      {owner?.of === 'text' && <TextRecipe text={owner.text} />}
      {owner?.of === 'file' && <FileRecipe key={owner.image} image={owner.image} name={owner.name} />}
    </dialog>
  );
}

function ResultRecipe({ id }: { readonly id: string }) {
  const perform = usePerform();
  const result = useSelect((state) => findResult(state, id)?.result);
  const available = useSelect((state) => verifyResult.when(state, id));
  if (result === undefined) return null;
  const { image, state, from } = result;
  return (
    <RecipeText of={result}>
      {state === 'done' && image !== null && from !== null && (
        <Verified image={image} available={available} press={() => perform(verifyResult, id)} />
      )}
    </RecipeText>
  );
}
