/** How the page itself looks and behaves: what can be chosen. */

/** In the order in which they are stored; a version before this one had the first two. */
export const lookValues = {
  language: ['en', 'zh'],
  theme: ['auto', 'light', 'dark', 'contrast'],
  motion: ['full', 'less'],
  /** Tells of the end of long work while the page is out of sight. */
  endNotice: ['silent', 'told'],
  /** Whether a letter alone is a shortcut where nothing is being written. */
  letterKeys: ['letters', 'no-letters'],
} as const;

export type LookKey = keyof typeof lookValues;
export type LookValue<Key extends LookKey> = (typeof lookValues)[Key][number];
export type Look = { readonly [Key in LookKey]: LookValue<Key> | null };

export type Motion = LookValue<'motion'>;
export type EndNotice = LookValue<'endNotice'>;
export type LetterKeys = LookValue<'letterKeys'>;
export type Theme = LookValue<'theme'>;
