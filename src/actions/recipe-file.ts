/** A file that is a recipe and nothing else, as the terminal takes it too: it is shown, and its settings can be used. */
import { fail, failureOf } from '../../model/failure.ts';
import { notify } from '../state/notices.ts';
import type { Action } from './app.ts';

/** More than any recipe, with the values of its embeddings in it. */
const mostMegabytes = 32;

export const showRecipeFile: Action<[file: File]> = {
  when: () => true,
  perform({ store }, file) {
    const { current: chat } = store.getState();
    textOf(file).then(
      (text) => store.setState({ recipe: { of: 'text', text } }),
      (error: unknown) => notify(store, failureOf(error), { kind: 'file', chat }),
    );
  },
};

/** @throws RECIPE_INVALID for a file that is larger than a recipe can be; SOURCE_CHANGED */
async function textOf(file: File): Promise<string> {
  const megabytes = file.size / 2 ** 20;
  if (megabytes > mostMegabytes) {
    fail('RECIPE_INVALID', { key: file.name, expected: `≤ ${mostMegabytes} MB`, actual: `${Math.ceil(megabytes)} MB` });
  }
  return file.text().catch(() => fail('SOURCE_CHANGED', { file: file.name }));
}
