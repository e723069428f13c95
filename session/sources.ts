import type { DrawnSize } from '../model/diffusion/size.ts';
import type { ImageEmbeddings, ImageId, RgbImage } from '../workers/protocol.ts';

/** A picture as it lies at hand. */
export interface PictureContent {
  readonly pixels: RgbImage;
  /** What a model drew it from, and what its recipe calls that model's bundle; null for a picture that a person brought. */
  readonly drawnFrom: { readonly embeddings: ImageEmbeddings; readonly bundle: string } | null;
}

/** What a turn needs from outside the model: the page reads it from its storage, the terminal from files. */
export interface Sources {
  /** Null where the picture is gone. */
  picture(id: ImageId): Promise<PictureContent | null>;
  /** Its upright size in pixels; undefined where nothing is known of it. */
  size(id: ImageId): DrawnSize | undefined;
  /** Of the software, by name. */
  versions(): Promise<Readonly<Record<string, string>>>;
  /** SHA-256 in hexadecimal. */
  hash(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
}
