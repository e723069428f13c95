/** What lies beside the conversation, or over it where there is little room: one at a time. */
import type { AppState } from '../state/state.ts';

export type Panel = 'chats' | 'settings' | 'models';

/** The state in which this one is open; null closes all. */
export function panelOpen(panel: Panel | null): Pick<AppState, 'chatsOpen' | 'settingsOpen' | 'modelsOpen'> {
  return { chatsOpen: panel === 'chats', settingsOpen: panel === 'settings', modelsOpen: panel === 'models' };
}

export function openPanel({ chatsOpen, settingsOpen, modelsOpen }: AppState): Panel | null {
  if (chatsOpen) return 'chats';
  if (settingsOpen) return 'settings';
  return modelsOpen ? 'models' : null;
}
