/** The pictures that the viewer goes through. */
import type { ImageId } from '../../workers/protocol.ts';
import type { Result, TurnRecord } from '../storage/records.ts';

/** A picture to look at, and what it is. */
export interface ViewedPicture {
  readonly image: ImageId;
  /** Elsewhere: it is edited here and was drawn in another version of the conversation. */
  readonly from: 'model' | 'person' | 'elsewhere';
  /** The words that it was drawn from, or its file's name. */
  readonly words: string;
  /** What it was edited from. */
  readonly before: ImageId | null;
}

export function viewedResult({ image, prompt, from }: Result): ViewedPicture | null {
  return image && { image, from: 'model', words: prompt, before: from?.reference?.image ?? null };
}

/** Of a conversation, each once, in the order in which they came. */
export function viewedPictures(turns: readonly TurnRecord[]): readonly ViewedPicture[] {
  const pictures = turns.flatMap((turn): readonly ViewedPicture[] => {
    if (turn.from === 'model') return turn.results.flatMap((result) => viewedResult(result) ?? []);
    if (turn.from === 'unreadable') return [];
    return turn.pictures.map(({ id: image, name: words }) => ({ image, from: 'person', words, before: null }));
  });
  // The first of each: a picture that comes along once more is the one that was there.
  return [...new Map(pictures.toReversed().map((picture) => [picture.image, picture])).values()].toReversed();
}
