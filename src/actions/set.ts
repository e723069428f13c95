import { isGood, type SettingName } from '../settings/fields.ts';
import type { Action } from './app.ts';

/** What is written into a field is kept as written; it counts only while it is good. */
export const set: Action<[name: SettingName, draft: string | boolean]> = {
  when: () => true,
  perform: ({ store }, name, draft) =>
    store.setState(({ drafts, good }) => ({
      drafts: { ...drafts, [name]: draft },
      ...(isGood(name, draft) ? { good: { ...good, [name]: draft } } : {}),
    })),
};
