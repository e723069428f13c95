/** The language of the page where its words are slow to come. */
import { expect, test } from 'vitest';
import { deferred } from '../../session/deferred.ts';
import { changeLanguage } from '../../src/state/language.ts';
import { createAppStore } from '../../src/state/state.ts';
import type { PageLanguage, Words } from '../../words/words.ts';
import { words } from '../helpers/words.ts';

test('is what was chosen last, whichever words come first', async () => {
  const store = createAppStore(words.en);
  const chinese = deferred<Words>();
  const load = (language: PageLanguage) => (language === 'zh' ? chinese.promise : Promise.resolve(words.en));
  const first = changeLanguage(store, 'zh', load);
  await changeLanguage(store, 'en', load);
  chinese.resolve(words.zh);
  await first;
  expect(store.getState().words.language).toBe('en');
  await changeLanguage(store, 'zh', load);
  expect(store.getState().words.language).toBe('zh');
});

test('stays what it was where words do not come, and a notice says so', async () => {
  const store = createAppStore(words.en);
  await changeLanguage(store, 'zh', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(store.getState().words.language).toBe('en');
  expect(store.getState().notices).toHaveLength(1);
});
