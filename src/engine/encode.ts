/** A painting's PNG file, written by a worker that lives as long as the call. */
import { FailureError, failure } from '../../model/failure.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import type { Painting, PictureWorker } from '../../workers/protocol.ts';

/** @throws PICTURE_EMPTY, RECIPE_INVALID, and UNEXPECTED where the worker itself fails */
export async function encodePng(
  { service, onDeath, end }: SpawnedWorker<PictureWorker>,
  painting: Painting,
  recipe: Recipe | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const death = Promise.withResolvers<never>();
  // Its end is heard of also where it was ended here, and is nothing unforeseen then.
  let isDone = false;
  onDeath((message) => isDone || death.reject(new FailureError(failure('UNEXPECTED', { message }))));
  try {
    const outcome = await Promise.race([service.encode(painting, recipe), death.promise]);
    if (outcome.ok) return outcome.result;
    throw new FailureError(outcome.failure);
  } finally {
    isDone = true;
    await end();
  }
}
