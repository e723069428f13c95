import type { PageLanguage, Words } from './words.ts';

/** A file each: a page that is read in one language does not fetch the other. */
const files: Readonly<Record<PageLanguage, () => Promise<Words>>> = {
  en: async () => (await import('./en/english.ts')).english,
  zh: async () => (await import('./zh/chinese.ts')).chinese,
};

/** @throws where its file does not come (`failureOf` makes PAGE_PART of it) */
export function loadWords(language: PageLanguage): Promise<Words> {
  return files[language]();
}
