/** What crosses between the page and the worker of picture files. */
import type { Size } from '../../model/image/bounds.ts';
import type { Crop } from '../../model/image/crop.ts';
import type { PictureKind } from '../../model/image/header.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import type { Composite, Recipe } from '../../model/recipe/recipe.ts';
import type { ImageId, Outcome, Painting } from '../protocol.ts';

export interface JudgedPicture {
  /** null for a format that the browser alone knows. */
  readonly kind: PictureKind | null;
  /** Of the file, upright. */
  readonly size: Size;
  /** A file that every browser shows, where an image element would not show this one well. */
  readonly preview: Blob | null;
}

export interface ShownDifference {
  readonly width: number;
  readonly height: number;
  /** RGBA, to be laid over the edit: what stayed is veiled, what changed is tinted by how much. */
  readonly overlay: Uint8ClampedArray<ArrayBuffer>;
  /** The share of pixels that stayed, 0 … 1. */
  readonly untouched: number;
}

export interface CroppedFile extends Size {
  readonly png: Blob;
}

export interface KeptRestFile {
  readonly png: Uint8Array<ArrayBuffer>;
  readonly composite: Composite;
}

/** Lives for one call: it holds no model. */
export interface PictureWorker {
  /** The PNG of a painting with its recipe inside, or with the mark of a generated picture alone. */
  encode(painting: Painting, recipe: Recipe | null): Promise<Outcome<Uint8Array<ArrayBuffer>>>;
  /** Decodes a file to be sure that it can be read. */
  judge(blob: Blob, file: string): Promise<Outcome<JudgedPicture>>;
  /** What changed between a picture's file and that of its edit. */
  compare(before: Blob, after: Blob): Promise<Outcome<ShownDifference>>;
  /**
   * An edit's file with the edited picture's own pixels outside what changed, and with its recipe saying so; REST_NONE where
   * almost all of it changed.
   */
  keepRest(before: Blob, after: Blob, picture: ImageId): Promise<Outcome<KeptRestFile>>;
  /** A file's pixels: upright, on white, brought down to readingSize. */
  read(blob: Blob, file: string): Promise<Outcome<RgbImage>>;
  /** The part of a file's picture that a crop keeps, as a file of its own; above readingSize it is brought down. */
  crop(blob: Blob, file: string, crop: Crop): Promise<Outcome<CroppedFile>>;
  /** The same as `read` as a file that every browser shows. */
  preview(blob: Blob, file: string): Promise<Outcome<Blob>>;
}
