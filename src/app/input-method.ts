/**
 * Whether a key belongs to an input method that composes a word: Enter confirms it, Escape gives it up, arrows choose another.
 * Safari tells of the confirming key after the composition has ended; 229 is the code of every key that went to the method.
 */
export function isForInputMethod({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return isComposing || keyCode === 229;
}
