/**
 * What a turn is understood as: its form, its language, the picture it is about (docs/design.md, "How a turn is put to
 * the model").
 */
import { fail } from '../failure.ts';
import { isBlank } from './blank.ts';
import { type Form, formOf, replyKind, type Task, trainedBeginning } from './forms.ts';
import type { Intent } from './intent.table.ts';
import { intentOf } from './intent.ts';
import { detectLanguage, type Language } from './language.ts';
import { imageMark } from './template.ts';
import { namedPicture } from './which.ts';

/** One turn of the path from the conversation's root; an image is known by its id. */
export type ConversationTurn<Image extends string = string> =
  | { readonly from: 'person'; readonly text: string; readonly images: readonly Image[] }
  /** `<image>` in the text stands for the drawn picture. */
  | { readonly from: 'model'; readonly text: string; readonly drawn: Image | null };

export interface TurnOptions<Image extends string = string> {
  /** The last one is the person's, to be answered. */
  readonly turns: readonly ConversationTurn<Image>[];
  readonly task: Task;
  readonly form: Form | 'auto';
  readonly language: Language | 'auto';
  /** A picture the person picked for this turn, wherever it is in the conversation. */
  readonly reference: Image | null;
}

/** What a bundle says of its training. */
export interface TrainedContext {
  readonly forms: 'plain' | 'trained';
  readonly context: 'conversation' | 'turn';
  /**
   * How many of the turns before it a turn was trained to read, their words alone, with the picture that it is about in front
   * of its own words; null where it reads all that fit, each picture in its turn.
   */
  readonly contextTurns: number | null;
}

/** A turn understood: what is asked, and of which picture. */
export interface TurnPlan<Image extends string = string> {
  readonly form: Form;
  readonly language: Language;
  readonly words: string;
  /** The editing decoder's reference, should this turn become an edit; null where there is no picture. */
  readonly reference: Image | null;
  /** Whether the person picked or named the reference; else it is the turn's first picture or the latest. */
  readonly chosen: 'by-person' | 'by-place';
  /** Pictures that come with the turn, as far as the model is shown them there. */
  readonly images: readonly Image[];
  /** Whether the model sees each picture in its turn, or the one that this turn is about in front of its words and no other. */
  readonly pictures: 'in-turns' | 'in-front';
  /** The turns before it that the model is to see. */
  readonly history: readonly ConversationTurn<Image>[];
  /** Of all pictures of the conversation those that a model drew there: they stand as the embeddings they were drawn from. */
  readonly drawn: readonly Image[];
}

/**
 * Decides form, language and reference.
 *
 * @throws TEXT_EMPTY for a turn without words and pictures
 */
export function planTurn<Image extends string>(options: TurnOptions<Image>, trained: TrainedContext): TurnPlan<Image> {
  const { turn, before } = lastTurn(options.turns);
  const words = isBlank(turn.text) ? '' : turn.text.trim();
  if (words === '' && turn.images.length === 0) fail('TEXT_EMPTY', {});
  const earlier = picturesOf(before);
  const form = formOf({
    ...options,
    forms: trained.forms,
    words,
    pictures: turn.images.length,
    earlierPictures: earlier.length,
  });
  const picked = options.reference ?? pictureInWords(words, turn.images, earlier)?.image ?? null;
  const reference = picked ?? pictureByPlace(turn.images, earlier);
  const alone = trained.context === 'turn' && (form === 'draw' || form === 'edit');
  const { contextTurns } = trained;
  const inFront = contextTurns !== null;
  return {
    form,
    language: options.language === 'auto' ? languageOf(words, before) : options.language,
    words,
    reference,
    chosen: picked === null ? 'by-place' : 'by-person',
    images: inFront ? turn.images.filter((image) => image === reference && !isFresh(form)) : turn.images,
    pictures: inFront ? 'in-front' : 'in-turns',
    history: alone ? [] : inFront ? wordsOfLast(before, contextTurns) : before,
    drawn: [...new Set(before.flatMap((earlier) => (earlier.from === 'model' ? (earlier.drawn ?? []) : [])))],
  };
}

function lastTurn<Image extends string>(turns: readonly ConversationTurn<Image>[]) {
  const turn = turns.at(-1);
  return turn?.from === 'person' ? { turn, before: turns.slice(0, -1) } : fail('TEXT_EMPTY', {});
}

/** A person's turn and the reply to it. */
type Exchange = readonly [ConversationTurn<never>, ConversationTurn<never>];

/** The words of the last `count` turns that were answered in words; training has no others. */
export function wordsOfLast(before: readonly ConversationTurn[], count: number): readonly ConversationTurn<never>[] {
  const exchanges = before.flatMap((reply, index): readonly Exchange[] => {
    const asked = before[index - 1];
    if (reply.from !== 'model' || asked?.from !== 'person') return [];
    const text = reply.text.replaceAll(imageMark, '').trim();
    if (text === '') return [];
    return [
      [
        { from: 'person', text: asked.text, images: [] },
        { from: 'model', text, drawn: null },
      ],
    ];
  });
  return exchanges.slice(-count).flat();
}

/** Forms that ask for something new, whatever pictures there are. */
export function isFresh(form: Form): boolean {
  return form === 'draw' || form === 'polish';
}

/** Pictures in the order they came, seen and drawn. */
export function picturesOf<Image extends string>(turns: readonly ConversationTurn<Image>[]): readonly Image[] {
  return turns.flatMap((turn) => (turn.from === 'person' ? turn.images : turn.drawn === null ? [] : [turn.drawn]));
}

/** Every picture the model may be shown for a turn, once. */
export function picturesOfPlan<Image extends string>(plan: TurnPlan<Image>): readonly Image[] {
  const { history, images, reference } = plan;
  return [...new Set([...picturesOf(history), ...images, ...(reference === null ? [] : [reference])])];
}

/** A picture that words name; `number` counts from 1. */
export interface PictureInWords<Image> {
  readonly image: Image;
  readonly number: number;
}

/**
 * "The second one" counts the pictures that came along where there are several; else those that stand together at the end of the
 * conversation; else all of the conversation's, each once, however often it was shown.
 */
export function pictureInWords<Image>(
  words: string,
  own: readonly Image[],
  earlier: readonly Image[],
  together = 0,
): PictureInWords<Image> | null {
  const pictures = [...new Set(own.length > 1 ? own : [...earlier, ...own])];
  const named = namedPicture(words, pictures.length, own.length === 0 ? together : 0);
  const image = named === null ? undefined : pictures[named.index];
  return named === null || image === undefined ? null : { image, number: named.number };
}

/** The picture that a turn is about where nothing else says: the first that came along, else the latest of the conversation. */
export function pictureByPlace<Image>(own: readonly Image[], earlier: readonly Image[]): Image | null {
  return own[0] ?? earlier.at(-1) ?? null;
}

/** Of the words, else of the latest turn that has any. */
function languageOf(words: string, before: readonly ConversationTurn[]): Language {
  const texts = [words, ...before.map((turn) => turn.text).reverse()];
  return texts.map(detectLanguage).find((language) => language !== null) ?? 'en';
}

export type Decoder = 'generation' | 'editing';

/** Which decoder draws once the model has come to its BOI; `reply` is what it said before. */
export function decoderOf(plan: TurnPlan, reply: string, chosen: Decoder | 'auto'): Decoder {
  if (chosen !== 'auto') return chosen;
  if (plan.reference === null) return 'generation';
  if (plan.form === 'plain') return replyKind(reply) === 'edited' ? 'editing' : 'generation';
  return plan.form === 'edit' ? 'editing' : 'generation';
}

/** How the reply to a turn is likely to begin, the space before its picture included; empty where nothing is known of it. */
export function draftReply(plan: TurnPlan): string {
  const { form, language } = plan;
  return trainedBeginning(form === 'plain' ? plainIntent(plan) : form, language);
}

/** What words as they were typed are likely to want, beside the pictures that the model is shown. */
export function plainIntent({ words, images, pictures, reference, history }: TurnPlan): Intent {
  const earlier = pictures === 'in-turns' ? picturesOf(history).length : Number(reference !== null);
  return intentOf({ words, pictures: images.length, earlierPictures: earlier });
}

/** Whether a reply may come to be drawn by the editing decoder, which is shown the reference. */
export function mayEdit({ form, reference }: TurnPlan, chosen: Decoder | 'auto'): boolean {
  return reference !== null && (chosen === 'editing' || (chosen === 'auto' && (form === 'plain' || form === 'edit')));
}

/**
 * The picture that a drawing changes: the editing decoder's reference, or what an edit by the generation decoder is about;
 * null for a drawing of something new.
 *
 * @param shown what the editing decoder was shown
 */
export function editedPicture<Image extends string>(
  { form, reference }: TurnPlan<Image>,
  shown: Image | null,
): Image | null {
  return shown ?? (form === 'edit' ? reference : null);
}
