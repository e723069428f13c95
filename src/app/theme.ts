import { useEffect } from 'react';
import { useSelect } from './context.tsx';

/** Tells the document its language and its colours, which the styles take from there. */
export function useDocumentStyle(): void {
  const language = useSelect((state) => state.language);
  const theme = useSelect((state) => state.theme);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    // The browser's own bar: of its two colours one holds.
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const { theme: own } = meta.dataset;
      meta.media = theme === 'auto' ? `(prefers-color-scheme: ${own})` : own === theme ? 'all' : 'not all';
    }
  }, [theme]);
}
