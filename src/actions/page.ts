/** The page itself: what lies over or beside the conversation, its colours and its language. */
import type { PageLanguage } from '../../words/words.ts';
import { changeLanguage } from '../state/language.ts';
import type { EndNotice, LetterKeys, Motion, Theme } from '../state/look-values.ts';
import type { Overlay, Panel } from '../state/state.ts';
import type { Action } from './app.ts';

export const openPanel: Action<[panel: Panel]> = {
  when: () => true,
  // What was done to a conversation is not told among models.
  perform: ({ store }, panel) => store.setState(panel === 'models' ? { panel, told: null } : { panel }),
};

/** Back to the conversation, and to the message below it. */
export const leaveGallery: Action = {
  when: () => true,
  perform: ({ store }) => store.setState(({ panel }) => (panel === 'gallery' ? { panel: null } : {})),
};

export const showOverlay: Action<[overlay: Overlay]> = {
  when: () => true,
  perform: ({ store }, overlay) => store.setState({ overlay }),
};

export const closeOverlay: Action = {
  when: ({ overlay }) => overlay !== null,
  perform: ({ store }) => store.setState({ overlay: null }),
};

export const chooseTheme: Action<[theme: Theme]> = {
  when: (state, theme) => state.theme !== theme,
  perform: ({ store }, theme) => store.setState({ theme }),
};

export const chooseLanguage: Action<[language: PageLanguage]> = {
  when: ({ words }, language) => words.language !== language,
  perform: ({ store }, language) => void changeLanguage(store, language),
};

export const chooseMotion: Action<[motion: Motion]> = {
  when: (state, motion) => state.motion !== motion,
  perform: ({ store }, motion) => store.setState({ motion }),
};

export const chooseLetterKeys: Action<[letterKeys: LetterKeys]> = {
  when: (state, letterKeys) => state.letterKeys !== letterKeys,
  perform: ({ store }, letterKeys) => store.setState({ letterKeys }),
};

/** The browser asks the person first; where it does not allow it, nothing changes. */
export const chooseEndNotice: Action<[endNotice: EndNotice]> = {
  when: (state, endNotice) => state.endNotice !== endNotice,
  perform({ store }, endNotice) {
    if (endNotice === 'silent') return store.setState({ endNotice });
    if (!('Notification' in globalThis)) return;
    Notification.requestPermission().then(
      (answer) => answer === 'granted' && store.setState({ endNotice }),
      () => undefined,
    );
  },
};
