/** The textbox Message: where the cursor goes when something else has been done. */
export const messageId = 'message';

/** For what is pressed in order to write. */
export function focusMessage(): void {
  document.getElementById(messageId)?.focus();
}

/** What pressed last; null before anything has. A screen may be for fingers and have a mouse beside it. */
let pressedBy: string | null = null;

/**
 * For what is pressed and done: the next words can be typed at once. Where fingers press, that would bring up the keyboard over
 * what they pressed for, and the focus stays.
 */
export function returnToMessage(): void {
  const isByKeyboard = document.activeElement?.matches(':focus-visible') === true;
  const isFine = pressedBy === null ? matchMedia('(pointer: fine)').matches : pressedBy !== 'touch';
  if (isByKeyboard || isFine) focusMessage();
}

/** As the page comes: whoever is somewhere already stays there. Answers how to hear no more of what presses. */
export function beginAtMessage(): () => void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) returnToMessage();
  const controller = new AbortController();
  const listen = ({ pointerType }: PointerEvent) => (pressedBy = pointerType);
  addEventListener('pointerdown', listen, { capture: true, signal: controller.signal });
  return () => controller.abort();
}

export function isMessage(target: EventTarget | null): boolean {
  return target instanceof Element && target.id === messageId;
}
