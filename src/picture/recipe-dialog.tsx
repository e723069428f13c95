import { useEffect, useRef } from 'react';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { findResult } from '../state/chats.ts';

export function RecipeDialog() {
  const { store } = useApp();
  const { page } = useWords();
  const open = useSelect((state) => state.recipe);
  const result = useSelect((state) => (state.recipe === null ? undefined : findResult(state, state.recipe)?.result));
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [open]);
  const rows: readonly (readonly [string, string])[] =
    result === undefined
      ? []
      : [
          [page.recipe.prompt, result.prompt],
          [page.recipe.seed, result.seed],
          [page.recipe.size, `${result.width} × ${result.height}`],
          ...(result.from === null
            ? []
            : ([
                [page.recipe.steps, String(result.from.recipe.steps)],
                [page.recipe.guidance, String(result.from.recipe.guidance)],
                [page.recipe.cfg, String(result.from.recipe.cfg)],
                [page.recipe.decoder, page.settings.decoders[result.from.recipe.decoder]],
              ] as const)),
          [page.recipe.model, result.model],
        ];
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="recipe-title"
      onClose={() => store.setState({ recipe: null })}
    >
      <h2 id="recipe-title">{page.result.recipe}</h2>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{page.recipe.made}</p>
      <button type="button" onClick={() => store.setState({ recipe: null })}>
        {page.result.close}
      </button>
    </dialog>
  );
}
