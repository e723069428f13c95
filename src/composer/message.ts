/** The textbox Message: where the cursor goes when something else has been done. */
export const messageId = 'message';

/** For what is pressed in order to write. */
export function focusMessage(): void {
  document.getElementById(messageId)?.focus();
}

/**
 * For what is pressed and done: the next words can be typed at once. Where fingers press, that would bring up the keyboard over
 * what they pressed for, and the focus stays.
 */
export function returnToMessage(): void {
  const isByKeyboard = document.activeElement?.matches(':focus-visible') === true;
  if (isByKeyboard || matchMedia('(pointer: fine)').matches) focusMessage();
}

/** As the page comes: whoever is somewhere already stays there. */
export function beginAtMessage(): void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) returnToMessage();
}

export function isMessage(target: EventTarget | null): boolean {
  return target instanceof Element && target.id === messageId;
}
