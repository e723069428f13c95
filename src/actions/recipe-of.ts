/** The recipe of a picture that is about to be painted (CONTRACTS "Recipe"). */
import { z } from 'zod';
import { type Recipe, readRecipe } from '../../model/recipe/recipe.ts';
import type { Drawing, Form, ImageId, Opened, PaintPlan, TurnRequest } from '../engine/engine.ts';
import type { BlobHash, TurnRecord } from '../storage/records.ts';

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
  const { bundle, device } = opened;
  const { task, language, prefill, sampling, reference } = request;
  const { steps, cfg, guidance, negative, seed } = plan;
  return readRecipe({
    format: 'nexus-gen-recipe',
    version: 1,
    bundle: { id: bundle.id, sha256: bundle.sha256 },
    task,
    form,
    language,
    messages: request.turns,
    images: imagesOf(turns, request),
    reference,
    start: plan.start === null ? null : (drawing.reference?.image ?? null),
    seed,
    steps,
    schedule: 'flow-match',
    cfg,
    guidance,
    negative,
    size: { width: plan.width, height: plan.height },
    decoder: drawing.decoder,
    strength: plan.start?.strength ?? 1,
    region: null,
    prefill,
    sampling,
    embeddings,
    versions: softwareVersions(),
    device: { kind: device.device, adapter: device.adapter, activations: device.activations },
  });
}

/** Every picture that the request names, once, with its upright size. */
function imagesOf(turns: readonly TurnRecord[], { turns: path, reference }: TurnRequest) {
  const sizes = new Map<ImageId, { readonly width: number; readonly height: number }>();
  for (const turn of turns) {
    if (turn.from === 'person') for (const { id, width, height } of turn.pictures) sizes.set(id, { width, height });
    else for (const { image, width, height } of turn.results) if (image !== null) sizes.set(image, { width, height });
  }
  const named = new Set(path.flatMap((turn) => (turn.from === 'person' ? turn.images : (turn.drawn ?? []))));
  if (reference !== null) named.add(reference);
  return [...named].flatMap((id) => {
    const size = sizes.get(id);
    return size === undefined ? [] : [{ sha256: id, ...size }];
  });
}

function softwareVersions(): Record<string, string> {
  const versions: unknown = import.meta.env.VITE_VERSIONS;
  return typeof versions === 'string' ? z.record(z.string(), z.string()).parse(JSON.parse(versions)) : {};
}
