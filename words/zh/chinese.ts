import type { Words } from '../words.ts';
import { zhFailures } from './failures.ts';
import { zh } from './page.ts';

export const chinese: Words = { language: 'zh', page: zh, failures: zhFailures };
