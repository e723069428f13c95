/** Picture files are read and written beside the page; read one after the other, because a large one may take 256 MB. */
import { failure } from '../../model/failure.ts';
import type { Crop } from '../../model/image/crop.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { PictureWorker } from '../../workers/picture/protocol.ts';
import type { ImageId, Outcome, Painting, RgbImage } from '../../workers/protocol.ts';
import { oneCall } from './one-call.ts';
import { spawnPicture } from './spawn.ts';

/** A phone's largest picture takes a slow computer a third of it. */
const limitSeconds = 30;

let last: Promise<unknown> = Promise.resolve();

/**
 * Asks a worker of its own for what is in a file.
 *
 * @param file its name, for failures
 * @throws PICTURE_FORMAT, PICTURE_DAMAGED, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_ASPECT, PICTURE_SCANS, PICTURE_SLOW
 */
function ask<Result>(
  file: string,
  question: (worker: Omit<PictureWorker, 'encode'>) => Promise<Outcome<Result>>,
): Promise<Result> {
  const slow = failure('PICTURE_SLOW', { file, seconds: limitSeconds });
  const answer = last.then(() => oneCall(spawnPicture(), question, { seconds: limitSeconds, failure: slow }));
  last = answer.catch(() => undefined);
  return answer;
}

/** Whether a file can be read, and as what. */
export const judgePicture = (blob: Blob, file: string) => ask(file, (worker) => worker.judge(blob, file));

/** Pixels on white, row by row; large pictures are brought down. */
export const readPixels = (blob: Blob, file: string): Promise<RgbImage> =>
  ask(file, (worker) => worker.read(blob, file));

/** A file that every browser shows. */
export const previewPicture = (blob: Blob, file: string) => ask(file, (worker) => worker.preview(blob, file));

/** A part of a picture as a file of its own. */
export const cropPicture = (blob: Blob, file: string, crop: Crop) =>
  ask(file, (worker) => worker.crop(blob, file, crop));

/** What changed between a picture and its edit. */
export const comparePictures = (before: Blob, after: Blob) => ask('', (worker) => worker.compare(before, after));

/**
 * An edit's file in which the unedited part is the edited picture's own.
 *
 * @throws REST_NONE where almost all of it changed
 */
export const keepRestOf = (before: Blob, after: Blob, picture: ImageId) =>
  ask('', (worker) => worker.keepRest(before, after, picture));

/**
 * A painting's PNG file.
 *
 * @throws PICTURE_EMPTY, RECIPE_INVALID
 */
export const encodePng = (painting: Painting, recipe: Recipe | null) =>
  oneCall(spawnPicture(), (worker) => worker.encode(painting, recipe));
