/** What may be said next to a picture. */
import type { PageWords } from '../../words/words.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { chosenPicture } from '../actions/about.ts';
import { isImageOf } from '../state/rest.ts';
import type { Result, TurnRecord } from '../storage/records.ts';

/** What says that a picture shows this already, in whichever language: the page may have been read in another one then. */
const shownBy = {
  night: ['night', 'midnight', 'evening', '夜', '晚上', '傍晚'],
  day: ['day', 'daytime', 'daylight', 'morning', 'noon', '白天', '早晨', '早上', '中午'],
  dog: ['dog', 'dogs', 'puppy', 'puppies', '狗'],
} as const;

/**
 * Sentences that fit the last picture; none where the last answer is no finished picture.
 *
 * @param serves what the open model can do with a picture: one without a decoder for edits is only asked about it
 */
export function suggestionsFor(
  turns: readonly TurnRecord[],
  words: PageWords['opening'],
  serves: 'edits and questions' | 'questions',
): readonly string[] {
  const last = turns.at(-1);
  const shown = last?.from === 'model' ? last.results.findLast(({ state }) => state === 'done') : undefined;
  if (shown === undefined) return [];
  if (serves === 'questions') return [words.question];
  const said = wordsFor(turns, shown);
  const { night, day, dog } = words.changes;
  const lastHour = said.findLast((text) => shows(text, 'night') || shows(text, 'day')) ?? '';
  const hour = shows(lastHour, 'night') ? day : night;
  const hasDog = said.some((text) => shows(text, 'dog'));
  return [hour, ...(hasDog ? [] : [dog]), words.question];
}

/** What was asked for a picture, after what was asked for those that it was made from. Of a picture that was brought nothing is known. */
function wordsFor(turns: readonly TurnRecord[], picture: Result): readonly string[] {
  const at = turns.findIndex((turn) => turn.from === 'model' && turn.results.includes(picture));
  const question = turns[at - 1];
  if (question?.from !== 'person') return [];
  const before = picture.from?.reference?.image ?? chosenPicture(question);
  const earlier = before === null ? undefined : drawn(turns.slice(0, at - 1), before);
  return [...(earlier === undefined ? [] : wordsFor(turns, earlier)), question.text];
}

function drawn(turns: readonly TurnRecord[], image: ImageId): Result | undefined {
  return turns
    .flatMap((turn) => (turn.from === 'model' ? turn.results : []))
    .findLast((result) => isImageOf(result, image));
}

/** Whole words where a language parts them: no "day" in "birthday". */
function shows(text: string, change: keyof typeof shownBy): boolean {
  return new RegExp(`(?<![a-z])(${shownBy[change].join('|')})(?![a-z])`, 'i').test(text);
}
