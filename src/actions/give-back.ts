import { type AppState, emptyMessage, type UnsentMessage } from '../state/state.ts';
import { isEmpty, messageOf } from '../state/unsent.ts';
import type { ChatId, PersonTurn } from '../storage/records.ts';
import type { App } from './app.ts';

/** What was sent lies in the composer again, where its chat is shown and nothing else is being written; answers whether it does. */
export function giveBack({ store }: App, chat: ChatId, question: PersonTurn): boolean {
  const isFree = ({ current, ...state }: AppState) => current === chat && isEmpty(messageOf(state));
  if (!isFree(store.getState())) return false;
  store.setState(asWritten(question));
  return true;
}

/** As it stood in the composer when it was sent. */
export function asWritten({ text, pictures, reference, about, area }: PersonTurn): UnsentMessage {
  const attachments = pictures.map((record) => ({ key: crypto.randomUUID(), name: record.name, record }));
  const marked = attachments.find(({ record }) => record.id === about);
  // Of one picture alone there is no choice.
  const isMarked = marked !== undefined && attachments.length > 1;
  const of: UnsentMessage['about'] = isMarked ? { by: 'mark', key: marked.key } : emptyMessage.about;
  return { ...emptyMessage, text, attachments, reference, about: of, area: area ?? null };
}

/** Whether a message says what was sent, and nothing else. */
export function isAsWritten({ text, attachments, reference, area }: UnsentMessage, question: PersonTurn): boolean {
  const { pictures } = question;
  const isSamePicture = ({ record }: UnsentMessage['attachments'][number], index: number) =>
    record?.id === pictures[index]?.id;
  return (
    text === question.text &&
    reference === question.reference &&
    area?.mask === question.area?.mask &&
    attachments.length === pictures.length &&
    attachments.every(isSamePicture)
  );
}
