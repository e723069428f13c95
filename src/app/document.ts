import { useEffect } from 'react';
import { currentChat } from '../state/chats.ts';
import { useSelect, useWords } from './context.tsx';

/** Tells the document its title: the chat that is shown, and whether anything works. */
export function useDocumentTitle(): void {
  const { page } = useWords();
  const chat = useSelect((state) => currentChat(state)?.title ?? '');
  const works = useSelect(({ jobs }) => jobs.length > 0);
  useEffect(() => {
    document.title = `${works ? '● ' : ''}${chat === '' ? '' : `${chat} – `}${page.name}`;
  }, [chat, works, page]);
}

/** Tells the document its language and its colours, which the styles take from there. */
export function useDocumentStyle(): void {
  const { language } = useWords();
  const theme = useSelect((state) => state.theme);
  const motion = useSelect((state) => state.motion);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.motion = motion;
  }, [motion]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    // The browser's own bar: of its two colours one holds.
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const { theme: own } = meta.dataset;
      meta.media =
        theme === 'auto' || theme === 'contrast' ? `(prefers-color-scheme: ${own})` : own === theme ? 'all' : 'not all';
    }
  }, [theme]);
}
