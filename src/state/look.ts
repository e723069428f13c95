/** Language and theme, which are needed before the first thing is painted: in local storage, which is read at once. */
import type { PageLanguage } from '../../words/index.ts';
import type { AppStore, Theme } from './state.ts';

const key = 'nexus-gen look';

export interface Look {
  readonly language: PageLanguage | null;
  readonly theme: Theme | null;
}

export function readLook(): Look {
  try {
    const [language, theme] = (localStorage.getItem(key) ?? '').split(' ');
    return lookOf({ language, theme });
  } catch {
    return { language: null, theme: null };
  }
}

/** What of it can be right. */
export function lookOf({ language, theme }: Readonly<Record<string, unknown>>): Look {
  return {
    language: language === 'en' || language === 'zh' ? language : null,
    theme: theme === 'auto' || theme === 'light' || theme === 'dark' ? theme : null,
  };
}

/** Keeps what is changed here, and shows what another tab changes. */
export function persistLook(store: AppStore): void {
  store.subscribe(({ language, theme }, before) => {
    if (language === before.language && theme === before.theme) return;
    try {
      localStorage.setItem(key, `${language} ${theme}`);
    } catch {
      // It is chosen again next time.
    }
  });
  addEventListener('storage', (event) => {
    if (event.key !== key) return;
    const { language, theme } = readLook();
    store.setState({ ...(language === null ? {} : { language }), ...(theme === null ? {} : { theme }) });
  });
}
