/** What is said of something in the queue. */
import { chatOfTurn, findResult } from '../state/chats.ts';
import type { Queued, Subject } from '../state/queue.ts';
import type { AppState } from '../state/state.ts';
import { pathTo } from '../state/tree.ts';
import type { ChatRecord } from '../storage/records.ts';

interface QueuedWords {
  /** The person's words, of a picture that is painted anew or on those that it was drawn from; empty where a picture alone was sent. */
  readonly asked: string;
  /** The title of its chat; null where that is the one on the screen. */
  readonly elsewhere: string | null;
}

export function queuedWords(state: AppState, { subject }: Queued): QueuedWords {
  const chat = chatOfSubject(state, subject);
  const elsewhere = chat === undefined || chat.id === state.current ? null : chat.title;
  return { asked: askedWords(state, subject, chat), elsewhere };
}

/** The chat that something in the queue belongs to; a file that is verified belongs to none. */
export function chatOfSubject(state: AppState, subject: Subject): ChatRecord | undefined {
  if (subject.kind === 'verification') return undefined;
  if (subject.kind === 'enlargement') {
    const turn = findResult(state, subject.result)?.turn;
    return turn && chatOfTurn(state, turn.id);
  }
  if (subject.kind === 'polish') return state.chats.find(({ id }) => id === subject.chat);
  return chatOfTurn(state, subject.turn);
}

function askedWords(state: AppState, subject: Subject, chat: ChatRecord | undefined): string {
  switch (subject.kind) {
    case 'verification':
      return subject.name;
    case 'polish':
      return subject.words;
    case 'enlargement':
    case 'variation':
    case 'resumption':
      return findResult(state, subject.result)?.result.prompt ?? '';
    case 'answer': {
      const question = pathTo(chat?.turns ?? [], subject.turn).at(-2);
      return question?.from === 'person' ? question.text : '';
    }
  }
}
