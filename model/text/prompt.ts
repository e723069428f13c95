/** A planned turn as the token ids of a prompt (docs/design.md, "How a turn is put to the model"). */
import { fail } from '../failure.ts';
import { wordsInForm } from './forms.ts';
import {
  conversationSegments,
  type EncodedSegments,
  encodeSegments,
  imageMark,
  type Message,
  markedParts,
  type Part,
  text,
} from './template.ts';
import type { Tokenizer } from './tokens.ts';
import { type ConversationTurn, isFresh, picturesOf, type TrainedContext, type TurnPlan } from './turn-plan.ts';

export interface PromptOptions<Image> extends Pick<TrainedContext, 'forms'> {
  readonly tokenizer: Tokenizer;
  /** Embeddings of an image. */
  readonly tokensOf: (image: Image) => number;
  /** Tokens the prompt may have: the context without what is kept for the reply. */
  readonly room: number;
}

export interface Prompt<Image> {
  /** Image tokens stand where embeddings are put. */
  readonly ids: readonly number[];
  /** The images whose tokens stand in `ids`, in turn. */
  readonly images: readonly Image[];
  /** Oldest turns that did not fit. */
  readonly turnsLeftOut: number;
}

/** A text with more characters for every token of room is refused before it is read. */
const charactersPerToken = 16;

/**
 * The prompt of a planned turn. Where it would be too long the oldest turns after the system line are left out, a person's
 * always with its reply.
 *
 * @throws TEXT_TOO_LONG where the turn alone does not fit
 */
export function buildPrompt<Image extends string>(plan: TurnPlan<Image>, options: PromptOptions<Image>): Prompt<Image> {
  const { room } = options;
  const limit = charactersIn(room);
  if (plan.words.length > limit) fail('TEXT_TOO_LONG', { limit, actual: plan.words.length, unit: 'characters' });
  const prompt = longestPrompt(plan, options);
  const actual = prompt.ids.length;
  return actual > room ? fail('TEXT_TOO_LONG', { limit: room, actual, unit: 'tokens' }) : prompt;
}

/**
 * The images that a turn's prompt can hold at most, so that no other has to be read: those of a prompt in which each takes no more
 * tokens than it will.
 *
 * @param options `tokensOf` an image whose embeddings are not known yet is the fewest that it can have
 */
export function imagesThatMayFit<Image extends string>(
  plan: TurnPlan<Image>,
  options: PromptOptions<Image>,
): readonly Image[] {
  if (plan.words.length > charactersIn(options.room)) return [];
  return [...new Set(longestPrompt(plan, options).images)];
}

/** More text than this is not looked at. */
function charactersIn(room: number): number {
  return room * charactersPerToken;
}

/** The longest prompt with room, else that of the turn alone; a later start never makes a longer one, so it is found by halving. */
function longestPrompt<Image extends string>(plan: TurnPlan<Image>, options: PromptOptions<Image>): Prompt<Image> {
  const history = plan.history.map((turn) => earlierMessage(turn, options.forms));
  const starts = plan.history.flatMap((turn, index) => (turn.from === 'person' ? [index] : []));
  const promptFrom = (start: number) => {
    const messages = [...history.slice(start), ownMessage(plan, plan.history.slice(start))];
    return { ...encodeConversation(messages, options), turnsLeftOut: start };
  };
  return firstFitting([...starts, plan.history.length], options.room, promptFrom);
}

function firstFitting<Image>(
  starts: readonly number[],
  room: number,
  promptFrom: (start: number) => Prompt<Image>,
): Prompt<Image> {
  const tried = (at: number) => promptFrom(starts[at] ?? 0);
  const fits = ({ ids }: Prompt<Image>) => ids.length <= room;
  const whole = tried(0);
  if (fits(whole)) return whole;
  let shortest = starts.length - 1;
  let best = tried(shortest);
  if (!fits(best)) return best;
  let tooLong = 0;
  while (shortest - tooLong > 1) {
    const middle = Math.floor((shortest + tooLong) / 2);
    const prompt = tried(middle);
    if (fits(prompt)) [best, shortest] = [prompt, middle];
    else tooLong = middle;
  }
  return best;
}

function encodeConversation<Image>(
  messages: readonly Message<Image>[],
  { tokenizer, tokensOf }: Pick<PromptOptions<Image>, 'tokenizer' | 'tokensOf'>,
): EncodedSegments<Image> {
  return encodeSegments(conversationSegments(messages, 'reply-follows', tokenizer), tokenizer, tokensOf);
}

function ownMessage<Image extends string>(
  plan: TurnPlan<Image>,
  visible: readonly ConversationTurn<Image>[],
): Message<Image> {
  const { form, language, words } = plan;
  const front = picturesInFront(plan, visible);
  return { role: 'user', parts: withPictures(front, wordsInForm(form, language, words, front.length)) };
}

/** The pictures before a turn's own words. */
function picturesInFront<Image extends string>(
  plan: TurnPlan<Image>,
  visible: readonly ConversationTurn<Image>[],
): readonly Image[] {
  const { form, reference, images } = plan;
  if (plan.pictures === 'in-front') return reference === null || isFresh(form) ? [] : [reference];
  const added = pictureToAdd(plan, visible);
  return added === null ? images : [added, ...images];
}

/** The picture a turn is about, where the model would not see it as the latest one. */
function pictureToAdd<Image extends string>(
  { form, reference, chosen, images }: TurnPlan<Image>,
  visible: readonly ConversationTurn<Image>[],
): Image | null {
  if (reference === null || form === 'draw' || images.includes(reference)) return null;
  const isLatest = images.length === 0 && picturesOf(visible).at(-1) === reference;
  const isWanted = form === 'edit' || chosen === 'by-person';
  return isWanted && !isLatest ? reference : null;
}

/** An earlier turn as it would have been typed: the pictures, then the words or the question that stood for them. */
function earlierMessage<Image extends string>(
  turn: ConversationTurn<Image>,
  forms: TrainedContext['forms'],
): Message<Image> {
  if (turn.from === 'person') {
    const form = forms === 'plain' ? 'plain' : 'ask';
    const words = wordsInForm(form, 'en', turn.text.trim(), turn.images.length);
    return { role: 'user', parts: withPictures(turn.images, words) };
  }
  if (turn.drawn === null) return { role: 'assistant', parts: [text(turn.text)] };
  const marked = turn.text.includes(imageMark) ? turn.text : `${turn.text} ${imageMark}`;
  return { role: 'assistant', parts: markedParts(marked, [turn.drawn]) };
}

function withPictures<Image>(images: readonly Image[], words: string): readonly Part<Image>[] {
  return [...images.map((image) => ({ kind: 'image', image }) as const), text(words)];
}
