import { useEffect, useState } from 'react';
import { type Failure, failureOf } from '../../model/failure.ts';
import { findPngRecipe } from '../../model/recipe/png.ts';
import { pngSignature } from '../../model/recipe/png-chunks.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { useApp } from '../app/context.tsx';
import type { Storage } from '../storage/storage.ts';

/** What a picture's file says of how it was made. */
export type FileRecipe =
  | { readonly state: 'reading' | 'none' }
  | { readonly state: 'found'; readonly recipe: Recipe }
  /** There is one, and it cannot be used. */
  | { readonly state: 'unusable'; readonly failure: Failure };

export function useFileRecipe(image: ImageId, name: string): FileRecipe {
  const { storage } = useApp();
  const [found, setFound] = useState<FileRecipe>({ state: 'reading' });
  useEffect(() => {
    let left = false;
    readFileRecipe(storage, image, name).then(
      (recipe) => left || setFound(recipe),
      () => left || setFound({ state: 'none' }),
    );
    return () => {
      left = true;
    };
  }, [storage, image, name]);
  return found;
}

/** The pixels are not looked at. */
export async function readFileRecipe(
  storage: Pick<Storage, 'blob'>,
  image: ImageId,
  name: string,
): Promise<FileRecipe> {
  const blob = await storage.blob(image);
  const signature = new Uint8Array((await blob?.slice(0, pngSignature.length).arrayBuffer()) ?? []);
  if (blob === null || !pngSignature.every((byte, at) => signature[at] === byte)) return { state: 'none' };
  try {
    const recipe = findPngRecipe(name, new Uint8Array(await blob.arrayBuffer()));
    return recipe === null ? { state: 'none' } : { state: 'found', recipe };
  } catch (error) {
    return { state: 'unusable', failure: failureOf(error) };
  }
}
