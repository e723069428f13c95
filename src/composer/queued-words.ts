/** What is said of something in the queue. */
import { chatOfTurn, findResult } from '../state/chats.ts';
import type { Queued } from '../state/queue.ts';
import type { AppState } from '../state/state.ts';
import { pathTo } from '../state/tree.ts';

interface QueuedWords {
  /** The person's words, of a variation those that its picture was drawn from; empty where a picture alone was sent. */
  readonly asked: string;
  /** The title of its chat; null where that is the one on the screen. */
  readonly elsewhere: string | null;
}

export function queuedWords(state: AppState, { turn, variation }: Queued): QueuedWords {
  const chat = chatOfTurn(state, turn);
  const elsewhere = chat === undefined || chat.id === state.current ? null : chat.title;
  if (variation !== null) return { asked: findResult(state, variation)?.result.prompt ?? '', elsewhere };
  const question = pathTo(chat?.turns ?? [], turn).at(-2);
  return { asked: question?.from === 'person' ? question.text : '', elsewhere };
}
