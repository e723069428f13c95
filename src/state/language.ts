/** The language of the page, which is that of the words in its state. */
import { failureOf } from '../../model/failure.ts';
import { loadWords } from '../../words/load.ts';
import type { PageLanguage } from '../../words/words.ts';
import { notify } from './notices.ts';
import type { AppStore } from './state.ts';

/** Its words come when they are first asked for. Until then the page keeps those it has, also where they do not come, which is told. */
export async function changeLanguage(store: AppStore, language: PageLanguage): Promise<void> {
  try {
    const words = await loadWords(language);
    store.setState({ words });
  } catch (error) {
    notify(store, failureOf(error));
  }
}
