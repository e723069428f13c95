/**
 * Seeing: pictures become embeddings of the shared space (paper, section 2.1). Each picture is encoded once for reading, at the
 * size the transformer sees it, and once as the editing decoder's reference, squashed to a square (docs/reference.md, "Images in").
 */
import { keptOnHost } from '../../model/bundle/fit.ts';
import type { NexusConfig } from '../../model/config/nexus.ts';
import { mergedTokens } from '../../model/config/vision.ts';
import { fail } from '../../model/failure.ts';
import { boundedSize, fewestSquares, type PixelBounds } from '../../model/image/bounds.ts';
import { imagePatches } from '../../model/image/patches.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { resize } from '../../model/image/resize.ts';
import type { ImageContent, ImageEmbeddings, ImageId } from '../protocol.ts';
import { EmbeddingCache } from './embedding-cache.ts';
import type { LanguageWeights } from './model.ts';
import { encodeImage } from './vision.ts';

/**
 * How a picture stands in a conversation: `reading` where a person brought it, `recalling` where the model drew it there, as the
 * embeddings it was drawn from. `reference` is how the editing decoder is shown it.
 */
const uses = ['reading', 'recalling', 'reference'] as const;
export type Use = (typeof uses)[number];

/** How a picture stands among the words of a prompt. */
export type PromptUse = Exclude<Use, 'reference'>;

/** One picture in one use: what its embeddings are known by. */
export function nameOf(image: ImageId, use: Use): string {
  return `${use} ${image}`;
}

export class ImageEmbedder {
  readonly #weights: Pick<LanguageWeights, 'using'>;
  readonly #config: Pick<NexusConfig, 'vision_config' | 'nexus_gen'>;
  readonly #cache: EmbeddingCache;
  /** Names of what the turn under way is about; that is not forgotten while it lasts. */
  #needed: ReadonlySet<string> = new Set();

  constructor(
    weights: Pick<LanguageWeights, 'using'>,
    config: Pick<NexusConfig, 'vision_config' | 'nexus_gen'>,
    limitBytes: number = keptOnHost.embeddingBytes,
  ) {
    this.#weights = weights;
    this.#config = config;
    this.#cache = new EmbeddingCache(limitBytes);
  }

  holds(image: ImageId, use: Use): boolean {
    return this.#cache.has(nameOf(image, use));
  }

  /** A turn about these pictures begins. */
  begin(images: readonly ImageId[]): void {
    this.#needed = new Set(images.flatMap((image) => uses.map((use) => nameOf(image, use))));
  }

  /**
   * Embeddings of one picture, from memory where they are held, else from its content among `contents`.
   *
   * @throws PICTURE_ASPECT, PICTURE_EMPTY, RUN_FAILED
   */
  async embeddings(image: ImageId, use: Use, contents: readonly ImageContent[]): Promise<ImageEmbeddings> {
    const name = nameOf(image, use);
    const cached = this.#cache.get(name);
    if (cached) return cached;
    const content = contents.find(({ id }) => id === image);
    if (!content) return fail('UNEXPECTED', { message: `picture ${image} was not sent along` });
    const drawn = content.kind === 'drawn' && use === 'recalling';
    const embeddings = drawn ? content.embeddings : await this.#encode(this.#sized(content.pixels, use));
    this.#cache.set(name, embeddings, (other) => this.#needed.has(other));
    return embeddings;
  }

  /**
   * How many embeddings a picture has in the prompt: those that are held, else those it will have by its content, else the fewest
   * that it can have.
   *
   * @throws PICTURE_ASPECT, PICTURE_EMPTY
   */
  tokens(image: ImageId, use: PromptUse, contents: readonly ImageContent[]): number {
    const held = this.#cache.get(nameOf(image, use));
    if (held) return rowsOf(held);
    const content = contents.find(({ id }) => id === image);
    const bounds = this.#bounds();
    if (content === undefined) return Math.min(fewestSquares(bounds), this.#drawnTokens());
    if (content.kind === 'drawn' && use === 'recalling') return rowsOf(content.embeddings);
    const { height, width } = boundedSize(content.pixels, bounds);
    return (height * width) / bounds.factor ** 2;
  }

  #sized(pixels: RgbImage, use: Use): RgbImage {
    const { reference_side: side } = this.#config.nexus_gen.image;
    if (use === 'reference') return resize(pixels, { height: side, width: side }, 'bilinear');
    return resize(pixels, boundedSize(pixels, this.#bounds()), 'bicubic');
  }

  #bounds(): PixelBounds {
    const { min_pixels: minPixels, max_pixels: maxPixels } = this.#config.nexus_gen.image;
    const { patch_size: patch, spatial_merge_size: merge } = this.#config.vision_config;
    return { factor: patch * merge, minPixels, maxPixels };
  }

  #drawnTokens(): number {
    return mergedTokens(this.#config.nexus_gen.image.drawn_grid, this.#config.vision_config.spatial_merge_size);
  }

  async #encode(image: RgbImage): Promise<ImageEmbeddings> {
    const { vision_config: vision } = this.#config;
    const { pixelValues, grid } = imagePatches(image, vision);
    const data = await this.#weights.using('vision_encoder', (program) =>
      encodeImage(program, vision, pixelValues, grid),
    );
    return { data, hidden: vision.out_hidden_size, grid };
  }
}

function rowsOf({ data, hidden }: ImageEmbeddings): number {
  return data.length / hidden;
}
