/** Which bundle drew a picture: recipes name it by what the picture depends on in it, not by the whole. */
import { fail } from '../model/failure.ts';
import type { Recipe } from '../model/recipe/recipe.ts';
import type { BundleSummary, Decoder } from '../workers/protocol.ts';

/** @throws UNEXPECTED for a decoder that the bundle does not have, which can have drawn nothing */
export function identityOf({ identity, name }: BundleSummary, decoder: Decoder): string {
  return identity[decoder] ?? fail('UNEXPECTED', { message: `${name} has no ${decoder} decoder` });
}

/** Whether a picture with this hash in its recipe came from this bundle: its embeddings then mean something to it. */
export function isFrom({ identity }: BundleSummary, sha256: string): boolean {
  return Object.values(identity).includes(sha256);
}

/** Embeddings mean something only to the model that imagined them, and the recipe names it. Throws MODEL_OTHER. */
export function requireModel(bundle: BundleSummary, { bundle: wanted }: Recipe): void {
  if (!isFrom(bundle, wanted.sha256)) fail('MODEL_OTHER', { wanted: wanted.id, open: bundle.name });
}
