/** The pictures of a conversation by what each was edited from. */
import type { ImageId } from '../../workers/protocol.ts';
import { shownPictures } from '../actions/path.ts';
import { madeOnce } from '../state/made-once.ts';
import { imagesOf } from '../state/rest.ts';
import type { PictureRecord, Result, TurnRecord } from '../storage/records.ts';

/** A drawn picture, or one that a person brought. */
export type ChainPicture = Result | PictureRecord;

interface Pictures {
  readonly byImage: ReadonlyMap<ImageId, ChainPicture>;
  /** Those that others were edited from. */
  readonly edited: ReadonlySet<ImageId>;
  /** As words count them, from 1. */
  readonly numbers: ReadonlyMap<ImageId, number>;
}

const picturesIn = madeOnce((turns: readonly TurnRecord[]): Pictures => {
  const results = turns.flatMap((turn) => (turn.from === 'model' ? turn.results.filter(isDone) : []));
  const brought = turns.flatMap((turn) => (turn.from === 'person' ? turn.pictures : []));
  return {
    byImage: new Map([...brought, ...results].flatMap((picture) => imageEntry(picture))),
    edited: new Set(results.flatMap(({ from }) => from?.reference?.image ?? [])),
    numbers: new Map([...new Set(shownPictures(turns).pictures)].map((image, index) => [image, index + 1])),
  };
});

/**
 * The pictures that led to a result, each edited from the one before it, and the result itself; none where it was drawn anew or was
 * edited further: there is one chain, at its newest end.
 */
export function editChain(turns: readonly TurnRecord[], result: Result): readonly ChainPicture[] {
  const { byImage, edited } = picturesIn(turns);
  if (result.image === null || imagesOf(result).some((image) => edited.has(image)) || !isDone(result)) return [];
  const chain = new Set<ChainPicture>();
  for (let picture: ChainPicture | undefined = result; picture !== undefined && !chain.has(picture); ) {
    chain.add(picture);
    const before: ImageId | undefined = 'from' in picture ? picture.from?.reference?.image : undefined;
    picture = before === undefined ? undefined : byImage.get(before);
  }
  return chain.size > 1 ? [...chain].reverse() : [];
}

/** Which one it is where words count the pictures of the conversation, from 1; undefined where they do not. */
export function pictureNumber(turns: readonly TurnRecord[], image: ImageId): number | undefined {
  return picturesIn(turns).numbers.get(image);
}

export function imageOf(picture: ChainPicture): ImageId | null {
  return 'image' in picture ? picture.image : picture.id;
}

function imageEntry(picture: ChainPicture): readonly (readonly [ImageId, ChainPicture])[] {
  const images = 'image' in picture ? imagesOf(picture) : [picture.id];
  return images.map((image) => [image, picture]);
}

function isDone({ state }: Result): boolean {
  return state === 'done';
}
