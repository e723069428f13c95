/** How the page itself looks and behaves, which is needed before the first thing is painted: in local storage, which is read at once. */
import type { PageLanguage } from '../../words/words.ts';
import { changeLanguage } from './language.ts';
import { type Look, type LookKey, type LookValue, lookValues } from './look-values.ts';
import type { AppState, AppStore } from './state.ts';

const key = 'nexus-gen look';

const keys = Object.keys(lookValues) as readonly LookKey[];

export function readLook(): Look {
  return lookOf(Object.fromEntries(readWords().map((word, index) => [keys[index], word])));
}

function readWords(): readonly string[] {
  try {
    return (localStorage.getItem(key) ?? '').split(' ').slice(0, keys.length);
  } catch {
    return [];
  }
}

/** What of it can be right. */
export function lookOf(found: Readonly<Record<string, unknown>>): Look {
  const known = <Key extends LookKey>(name: Key): LookValue<Key> | null =>
    lookValues[name].find((value) => value === found[name]) ?? null;
  return {
    language: known('language'),
    theme: known('theme'),
    motion: known('motion'),
    endNotice: known('endNotice'),
    letterKeys: known('letterKeys'),
  };
}

/** The language that was chosen, else the one that the browser is read in. */
export function languageToRead(): PageLanguage {
  return readLook().language ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
}

/** Keeps what is changed here, and shows what another tab changes. */
export function persistLook(store: AppStore): void {
  store.subscribe((state, before) => {
    const [now, then] = [lookIn(state), lookIn(before)];
    if (keys.every((name) => now[name] === then[name])) return;
    try {
      localStorage.setItem(key, keys.map((name) => now[name]).join(' '));
    } catch {
      // It is chosen again next time.
    }
  });
  addEventListener('storage', (event) => {
    if (event.key === key) takeLook(store, readLook());
  });
}

/** What is null stays as it is. */
export function takeLook(store: AppStore, { language, ...others }: Look): void {
  store.setState(Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null)));
  if (language !== null && language !== store.getState().words.language) void changeLanguage(store, language);
}

/** Versions before this one had it in the log; what was chosen since holds. */
export function takeFormerLook(store: AppStore, { language, theme }: Readonly<Record<string, unknown>>): void {
  const [former, now] = [lookOf({ language, theme }), readLook()];
  takeLook(store, { ...now, language: now.language ?? former.language, theme: now.theme ?? former.theme });
}

function lookIn({ words, theme, motion, endNotice, letterKeys }: AppState): Look {
  return { language: words.language, theme, motion, endNotice, letterKeys };
}
