/**
 * Which picture a message is about, marked among those that come along or named in its words (docs/design.md, "How a
 * turn is put to the model").
 */
import { type PictureInWords, pictureByPlace, pictureInWords } from '../../model/text/turn-plan.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { shownTurns } from '../state/chats.ts';
import type { AppState } from '../state/state.ts';
import { pathTo } from '../state/tree.ts';
import type { AreaRecord, PersonTurn, TurnRecord } from '../storage/records.ts';
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

/** Of the pictures beside the message the one that it would change; null where there is none. */
export function pictureToChange(state: AppState): ImageId | null {
  const { attachments, reference } = state;
  if (reference !== null) return reference;
  const marked = markedKey(state);
  const alone = namedInWords(state)?.image ?? attachments[0]?.record?.id ?? null;
  return marked === null ? alone : (attachments.find(({ key }) => key === marked)?.record?.id ?? null);
}

/** The selected area of that picture; one that was selected on another waits for it. */
export function areaToSend(state: AppState): AreaRecord | null {
  return state.area !== null && state.area.of === pictureToChange(state) ? state.area : null;
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

/** Without its area where the question is about another picture than that lies on. */
export function withoutStrayArea(question: PersonTurn): PersonTurn {
  const { area, ...others } = question;
  return area === undefined || changedPicture(question) === area.of ? question : others;
}

/** The picture that a question was put about: edited, marked or named; null where its place decides. */
export function chosenPicture({ reference, about }: PersonTurn): ImageId | null {
  return reference ?? about;
}

/** The picture of the person's own that an answer may have changed. */
export function changedPicture(question: PersonTurn): ImageId | null {
  return chosenPicture(question) ?? question.pictures[0]?.id ?? null;
}

/** The picture that a message is about once its words are others: the one that they name, else the one that was not named but marked. */
export function aboutInOtherWords(turns: readonly TurnRecord[], question: PersonTurn, words: string): ImageId | null {
  const { pictures, together } = shownPictures(pathTo(turns, question.id).slice(0, -1));
  const along = question.pictures.map(({ id }) => id);
  const named = (text: string) => pictureInWords(text, along, pictures, together)?.image ?? null;
  const marked = named(question.text) === question.about ? null : question.about;
  return question.reference !== null ? null : (named(words) ?? marked);
}

function inWords(state: AppState): PictureInWords<ImageId> | null {
  const { pictures, together } = shown(state);
  return pictureInWords(state.text, picturesThatComeAlong(state), pictures, together);
}

function picturesThatComeAlong({ attachments }: AppState): readonly ImageId[] {
  return attachments.flatMap(({ record }) => record?.id ?? []);
}

function shown(state: AppState): ShownPictures {
  return shownPictures(shownTurns(state));
}
