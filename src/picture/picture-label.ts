import type { PageWords } from '../../words/words.ts';
import type { ViewedPicture } from '../state/viewed.ts';

/** What a picture is called wherever it is shown. */
export function pictureLabel({ result, composer }: PageWords, { from, words }: ViewedPicture): string {
  if (from === 'elsewhere') return composer.editing;
  return from === 'model' ? result.image(words) : result.attached(words);
}
