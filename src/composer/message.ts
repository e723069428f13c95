/** The textbox Message: where the cursor goes when something else has been done. */
export const messageId = 'message';

export function focusMessage(): void {
  document.getElementById(messageId)?.focus();
}

export function isMessage(target: EventTarget | null): boolean {
  return target instanceof Element && target.id === messageId;
}
