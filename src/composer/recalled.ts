/** Earlier messages of the chat that is shown, come back to with the arrows. */
import { shownTurns } from '../state/chats.ts';
import type { AppState } from '../state/state.ts';

/**
 * What the composer holds after an arrow: from nothing up to the last message, from there to those before it, and back down.
 *
 * @param step into the past or back
 * @returns null where the arrow is the text's own
 */
export function recalled(state: AppState, step: -1 | 1): string | null {
  const { text } = state;
  const said = shownTurns(state).flatMap((turn) => (turn.from === 'person' && turn.text !== '' ? turn.text : []));
  // Each once, where it was said last.
  const messages = said.filter((message, at) => said.lastIndexOf(message) === at);
  if (text === '') return step === -1 ? (messages.at(-1) ?? null) : null;
  const at = messages.indexOf(text);
  if (at === -1) return null;
  return messages[at + step] ?? (step === 1 ? '' : null);
}
