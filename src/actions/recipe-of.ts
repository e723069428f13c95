/** The recipe of a picture that is about to be painted (CONTRACTS "Recipe"). Loaded apart, as restore.ts is. */
import '../../model/schemas-without-eval.ts';
import { z } from 'zod';
import { recipeOfPainting } from '../../model/recipe/painted.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { Drawing, Form, ImageId, Opened, TurnRequest } from '../../workers/protocol.ts';
import type { BlobHash, TurnRecord } from '../storage/records.ts';
import type { PaintPlan } from './request.ts';

interface Painted {
  readonly request: TurnRequest;
  readonly form: Form;
  readonly drawing: Drawing;
  readonly plan: PaintPlan;
  readonly embeddings: BlobHash;
  readonly opened: Opened;
  readonly turns: readonly TurnRecord[];
}

/** @throws RECIPE_INVALID where a part of it cannot be written down */
export function recipeOf({ request, form, drawing, plan, embeddings, opened, turns }: Painted): Recipe {
  const from = drawing.reference?.image ?? null;
  return recipeOfPainting({
    ...opened,
    request,
    form,
    decoder: drawing.decoder,
    painting: plan,
    start: plan.start === null || from === null ? null : { image: from, strength: plan.start.strength },
    sizes: sizesOf(turns),
    embeddings,
    versions: softwareVersions(),
  });
}

/** Upright sizes of a conversation's pictures. */
function sizesOf(turns: readonly TurnRecord[]): ReadonlyMap<ImageId, Recipe['size']> {
  const sizes = new Map<ImageId, Recipe['size']>();
  for (const turn of turns) {
    if (turn.from === 'person') for (const { id, width, height } of turn.pictures) sizes.set(id, { width, height });
    else for (const { image, width, height } of turn.results) if (image !== null) sizes.set(image, { width, height });
  }
  return sizes;
}

function softwareVersions(): Record<string, string> {
  const versions: unknown = import.meta.env.VITE_VERSIONS;
  return typeof versions === 'string' ? z.record(z.string(), z.string()).parse(JSON.parse(versions)) : {};
}
