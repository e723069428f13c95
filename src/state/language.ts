/** The language of the page, which is that of the words in its state. */
import { failureOf } from '../../model/failure.ts';
import { loadWords } from '../../words/load.ts';
import type { PageLanguage, Words } from '../../words/words.ts';
import { notify } from './notices.ts';
import type { AppStore } from './state.ts';

/** What each page was asked for last: words that come after it are of another choice. */
const wanted = new WeakMap<AppStore, PageLanguage>();

/** Its words come when they are first asked for. Until then the page keeps those it has, also where they do not come, which is told. */
export async function changeLanguage(
  store: AppStore,
  language: PageLanguage,
  load: (language: PageLanguage) => Promise<Words> = loadWords,
): Promise<void> {
  wanted.set(store, language);
  try {
    const words = await load(language);
    if (wanted.get(store) === language) store.setState({ words });
  } catch (error) {
    notify(store, failureOf(error));
  }
}
