import { english } from '../../words/en/english.ts';
import type { PageLanguage, Words } from '../../words/words.ts';
import { chinese } from '../../words/zh/chinese.ts';

export const words: Readonly<Record<PageLanguage, Words>> = { en: english, zh: chinese };
