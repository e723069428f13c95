/** The sentences the model was trained on (docs/reference.md, "Prompt forms"), and which of them a turn is put in. */
import { intentOf } from './intent.ts';
import type { Language } from './language.ts';

/** What a person chose to do. */
export type Task = 'auto' | 'draw' | 'edit' | 'ask';
/** How the words are put: as typed, in one of the trained forms, or as a description to be made richer. */
export type Form = 'plain' | 'draw' | 'edit' | 'ask' | 'polish';

interface Sentences {
  /** The description follows. */
  readonly draw: string;
  /** Beginnings of the trained replies, a picture follows. */
  readonly drawn: string;
  readonly edited: string;
  /** A description follows, to be made richer. */
  readonly polish: string;
}

const sentences: Readonly<Record<Language, Sentences>> = {
  en: {
    draw: 'Generate an image according to the following description: ',
    drawn: 'Here is an image based on the description:',
    edited: 'Here is the image:',
    polish: 'Rewrite the following image description with more detail, as one paragraph and nothing else: ',
  },
  zh: {
    draw: '根据以下描述生成一张图像：',
    drawn: '这是根据您的描述生成的图像：',
    edited: '以下为编辑后的图像：',
    polish: '请将以下图像描述改写得更加详细，只用一段话，不要其他内容：',
  },
};

/** Asked of a picture that comes without words; the published one, in every language. */
const describeQuestion = 'Please give a brief description of the image.';

/** How a description made richer is sampled where nothing else is asked: another seed finds other words. */
export const polishSampling = { temperature: 0.8, topP: 0.95 } as const;

/** What stands behind the pictures of a turn, the space between included. */
export function wordsInForm(form: Form, language: Language, words: string, pictures: number): string {
  switch (form) {
    case 'draw':
      return sentences[language].draw + words;
    case 'edit':
      return pictures > 0 ? ` ${words}` : words;
    case 'ask':
      return words === '' ? describeQuestion : words;
    case 'polish':
      return sentences[language].polish + words;
    case 'plain':
      if (words === '') return describeQuestion;
      return pictures > 0 ? ` ${words}` : words;
  }
}

/** How a reply to a form begins that comes to a picture, up to its BOI; empty for those that are words. */
export function trainedBeginning(form: Form, language: Language): string {
  if (form === 'draw') return `${sentences[language].drawn} `;
  return form === 'edit' ? `${sentences[language].edited} ` : '';
}

/** What a reply that came to a picture says it is, by its trained beginning; null where it has neither. */
export function replyKind(reply: string): 'drawn' | 'edited' | null {
  const begun = reply.trimStart();
  const all = Object.values(sentences);
  if (all.some(({ edited }) => begun.startsWith(edited))) return 'edited';
  return all.some(({ drawn }) => begun.startsWith(drawn)) ? 'drawn' : null;
}

export interface FormQuestion {
  readonly task: Task;
  /** Chosen by hand on the turn, else auto. */
  readonly form: Form | 'auto';
  /** What the bundle says of its training. */
  readonly forms: 'plain' | 'trained';
  readonly words: string;
  /** Pictures that come with the turn. */
  readonly pictures: number;
  /** Pictures seen or drawn before it in the conversation. */
  readonly earlierPictures: number;
}

/** The form of a turn (docs/design.md, "How a turn is put to the model"). */
export function formOf({ task, form, forms, ...turn }: FormQuestion): Form {
  if (form !== 'auto') return form;
  if (task !== 'auto') return task;
  return forms === 'plain' ? 'plain' : intentOf(turn);
}
