/** What has a recipe, and whether that recipe draws its picture. */
import type { Failure } from '../../model/failure.ts';
import type { ImageId } from '../../workers/protocol.ts';

/** What has a recipe: a result, a picture's file that a person brought, or a file that is nothing else. */
export type RecipeOwner =
  | { readonly of: 'result'; readonly id: string }
  | { readonly of: 'file'; readonly image: ImageId; readonly name: string }
  | { readonly of: 'text'; readonly text: string };

export type Verification =
  | { readonly state: 'working' | 'stopped' }
  /** How alike both are: Infinity where they are the same; null where even their sizes differ. */
  | { readonly state: 'compared'; readonly decibels: number | null }
  | { readonly state: 'failed'; readonly failure: Failure };
