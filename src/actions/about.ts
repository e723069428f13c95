/**
 * Which picture a message is about, marked among those that come along or named in its words (docs/design.md, "How a
 * turn is put to the model").
 */
import { type PictureInWords, pictureByPlace, pictureInWords } from '../../model/text/turn-plan.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { currentChat } from '../state/chats.ts';
import type { AppState } from '../state/state.ts';
import type { PersonTurn } from '../storage/records.ts';
import { type ShownPictures, shownPictures } from './path.ts';

/** The picture that the words name, while they are what decides. */
export function namedInWords(state: AppState): PictureInWords<ImageId> | null {
  return state.about.by === 'words' && state.reference === null ? inWords(state) : null;
}

/** The key of the attached picture that an edit would change; null where fewer than two come along. */
export function markedKey(state: AppState): string | null {
  const { about, attachments } = state;
  if (attachments.length < 2 || state.reference !== null) return null;
  const marked = about.by === 'mark' ? attachments.find(({ key }) => key === about.key) : undefined;
  const named = namedInWords(state)?.image;
  return (
    (marked ?? attachments.find(({ record }) => record !== null && record.id === named) ?? attachments[0])?.key ?? null
  );
}

/** What is sent along: null leaves it to the place (the first that comes along, else the conversation's last). */
export function aboutOf(state: AppState): ImageId | null {
  const { about, attachments } = state;
  if (state.reference !== null) return null;
  if (about.by === 'mark') return attachments.find(({ key }) => key === about.key)?.record?.id ?? null;
  const named = inWords(state)?.image ?? null;
  if (about.by === 'words' || named === null) return named;
  // The worker reads the words too: where they are not to count, the place is said outright.
  return pictureByPlace(picturesThatComeAlong(state), shown(state).pictures);
}

/** The picture that a question was put about: edited, marked or named; null where its place decides. */
export function chosenPicture({ reference, about }: PersonTurn): ImageId | null {
  return reference ?? about;
}

/** The picture of the person's own that an answer may have changed. */
export function changedPicture(question: PersonTurn): ImageId | null {
  return chosenPicture(question) ?? question.pictures[0]?.id ?? null;
}

function inWords(state: AppState): PictureInWords<ImageId> | null {
  const { pictures, together } = shown(state);
  return pictureInWords(state.text, picturesThatComeAlong(state), pictures, together);
}

function picturesThatComeAlong({ attachments }: AppState): readonly ImageId[] {
  return attachments.flatMap(({ record }) => record?.id ?? []);
}

function shown(state: AppState): ShownPictures {
  return shownPictures(currentChat(state)?.turns ?? []);
}
