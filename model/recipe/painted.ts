/** Writes down a picture that is about to be painted: the page and the terminal make their recipes here. */
import { type ConversationTurn, type Decoder, picturesOf, type TurnOrder } from '../text/turn-plan.ts';
import { type Recipe, readRecipe } from './recipe.ts';

export interface PaintedPicture {
  readonly bundle: Recipe['bundle'];
  readonly device: Omit<Recipe['device'], 'kind'> & { readonly device: Recipe['device']['kind'] };
  readonly request: Pick<Recipe, 'task' | 'language' | 'prefill' | 'sampling' | 'reference'> & {
    readonly turns: readonly ConversationTurn[];
  };
  /** What the turn was put as in the end. */
  readonly form: TurnOrder['form'];
  readonly decoder: Decoder;
  readonly painting: Pick<Recipe, 'seed' | 'steps' | 'guidance' | 'cfg' | 'negative'> & Recipe['size'];
  /** The picture that the painting starts from, and how much of it may change. */
  readonly start: { readonly image: string; readonly strength: number } | null;
  /** Upright sizes of the pictures at hand by their SHA-256; those that the turns do not name are left out. */
  readonly sizes: ReadonlyMap<string, Recipe['size']>;
  /** SHA-256 of the drawn embeddings. */
  readonly embeddings: string;
  readonly versions: Recipe['versions'];
}

/** @throws RECIPE_INVALID where a part of it cannot be written down */
export function recipeOfPainting(picture: PaintedPicture): Recipe {
  const { bundle, device, request, painting, start } = picture;
  const { task, language, prefill, sampling, reference } = request;
  const { seed, steps, cfg, guidance, negative, width, height } = painting;
  return readRecipe({
    format: 'nexus-gen-recipe',
    version: 1,
    bundle: { id: bundle.id, sha256: bundle.sha256 },
    task,
    form: picture.form,
    language,
    messages: request.turns,
    images: namedPictures(picture),
    reference,
    start: start?.image ?? null,
    seed,
    steps,
    schedule: 'flow-match',
    cfg,
    guidance,
    negative,
    size: { width, height },
    decoder: picture.decoder,
    strength: start?.strength ?? 1,
    region: null,
    prefill,
    sampling,
    embeddings: picture.embeddings,
    versions: picture.versions,
    device: { kind: device.device, adapter: device.adapter, activations: device.activations },
  });
}

/** Every picture that the turns, the reference or the start name, once. */
function namedPictures({ request, start, sizes }: PaintedPicture): Recipe['images'] {
  const others = [request.reference, start?.image ?? null].filter((image) => image !== null);
  return [...new Set([...picturesOf(request.turns), ...others])].flatMap((sha256) => {
    const size = sizes.get(sha256);
    return size === undefined ? [] : [{ sha256, width: size.width, height: size.height }];
  });
}
