import type { Words } from '../words.ts';
import { enFailures } from './failures.ts';
import { en } from './page.ts';

export const english: Words = { language: 'en', page: en, failures: enFailures };
