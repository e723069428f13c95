/** The recipe of a picture that is about to be painted. Loaded apart: making schemas takes its time. */
import { writeEmbeddings } from '../model/recipe/embedding-values.ts';
import { type Recipe, readRecipe } from '../model/recipe/recipe.ts';
import { picturesOf } from '../model/text/turn-plan.ts';
import type { BundleSummary, Drawing, ImageId, Reply } from '../workers/protocol.ts';
import { identityOf } from './bundle-identity.ts';
import { deviceOf } from './device-of.ts';
import type { PaintingPlan } from './painting-plan.ts';
import type { Sources } from './sources.ts';
import type { AskedTurn, TurnContext } from './turn-events.ts';

/** A picture whose words are there. */
interface PlannedPicture {
  readonly turn: AskedTurn;
  readonly reply: Reply;
  readonly drawing: Drawing;
  readonly plan: PaintingPlan;
}

/** @throws RECIPE_INVALID where a part of it cannot be written down */
export async function recipeOf({ opened, sources }: TurnContext, picture: PlannedPicture): Promise<Recipe> {
  const { turn, reply, drawing, plan } = picture;
  const { task, language, prefill, sampling, reference } = turn;
  const { steps, cfg, guidance, negative, cfgRange, stepCache, width, height, start, composite, area } = plan;
  return readRecipe({
    format: 'nexus-gen-recipe',
    version: 2,
    bundle: { id: opened.bundle.id, sha256: identityOf(opened.bundle, drawing.decoder) },
    task,
    form: reply.form,
    language,
    messages: turn.turns,
    images: namedPictures(picture, sources),
    reference,
    start: start?.image ?? null,
    seed: turn.seed,
    steps,
    schedule: scheduleOf(opened.bundle),
    cfg,
    guidance,
    negative,
    size: { width, height },
    decoder: drawing.decoder,
    strength: start?.strength ?? 1,
    prefill,
    sampling,
    embeddings: await sources.hash(bytesOf(drawing.target.data)),
    embedding_values: turn.imagined === null ? undefined : writeEmbeddings(turn.imagined),
    versions: await sources.versions(),
    device: deviceOf(opened.device),
    cfg_range: cfgRange,
    step_cache: stepCache,
    mask: area?.mask,
    composite,
  });
}

/** Every picture that the turns or the painting name, once. */
function namedPictures({ turn, plan }: PlannedPicture, sources: Sources): Recipe['images'] {
  const kept = plan.composite?.picture as ImageId | undefined;
  const others = [turn.reference, plan.start?.image, plan.area?.mask, kept].filter((image) => image != null);
  return [...new Set([...picturesOf(turn.turns), ...others])].flatMap((sha256) => {
    const size = sources.size(sha256);
    return size === undefined ? [] : [{ sha256, width: size.width, height: size.height }];
  });
}

/** Little-endian, as every machine that runs this has them. */
function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** Of everything that the bundle draws. */
export function scheduleOf({ schedule }: BundleSummary): Recipe['schedule'] {
  const { shift, sigmaMin, sigmaMax, trainTimesteps } = schedule;
  return { kind: 'flow-match', shift, sigma_min: sigmaMin, sigma_max: sigmaMax, train_timesteps: trainTimesteps };
}
