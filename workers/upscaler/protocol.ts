/** What crosses between the page and the worker that enlarges pictures. */
import type { Enlargement } from '../../model/recipe/recipe.ts';
import type { OpenOptions, Outcome } from '../protocol.ts';

/** Where the network lies and is to compute. */
export interface UpscalerPlace {
  /** Of the folder of its files. */
  readonly folder: string;
  readonly device: OpenOptions['device'];
}

/** Lives for one call: whoever stops it ends the worker. */
export interface UpscalerWorker {
  /** A painted picture's PNG file enlarged, with its recipe saying so where it has one. */
  enlarge(
    file: Blob,
    name: string,
    enlargement: Enlargement,
    place: UpscalerPlace,
  ): Promise<Outcome<Uint8Array<ArrayBuffer>>>;
  /** A painting enlarged, and brought down as the picture of a file of that size is when it is read. */
  repeat(painting: RgbaPixels, enlargement: Enlargement, place: UpscalerPlace): Promise<Outcome<RgbaPixels>>;
}

/** Four numbers a pixel; alpha is not looked at. */
export interface RgbaPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** How far it is, beside its answer. */
export interface UpscalerSaying {
  readonly enlarged: { readonly tiles: number; readonly of: number };
}
