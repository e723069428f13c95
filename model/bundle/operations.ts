/**
 * How much a model computes for a token, a picture's embeddings, or a step of denoising, counted from its sizes, and how long that
 * takes on a device whose throughput was measured. What is left out is small beside it at the published sizes: norms, attention of the
 * transformer over a short conversation, FLUX's first and last layers, the autoencoder.
 */
import type { DrawnSize } from '../diffusion/size.ts';
import type { Decoder } from '../text/turn-plan.ts';

/** The sizes that operations are counted from (model/bundle/counted-sizes.ts). */
export interface CountedSizes {
  readonly transformer: {
    readonly hidden: number;
    readonly layers: number;
    /** Of all key heads together. */
    readonly keyWidth: number;
    readonly intermediate: number;
    readonly vocabulary: number;
  };
  /** Of a picture, where nobody asks for another. */
  readonly size: DrawnSize;
  /** Embeddings of a picture that is drawn. */
  readonly imageTokens: number;
  readonly flux: {
    readonly hidden: number;
    readonly mlpRatio: number;
    readonly joint: number;
    readonly single: number;
    /** Width and height of a latent token, in pixels. */
    readonly tokenSide: number;
    /** Tokens that a decoder is conditioned on, and those of the negative branch. */
    readonly conditioning: Readonly<Record<Decoder | 'negative', number>>;
  };
}

/** Rows that go through matrices together. */
export interface Pass {
  /** Values of the matrices, each of which is read once. */
  readonly weights: number;
  /** Multiplications and additions. */
  readonly operations: number;
}

/** What a device computes in a second (workers/gpu/throughput.ts). */
export interface Throughput {
  /** Values of 4-bit matrices that are read for a product with one row. */
  readonly weights: number;
  /** Multiplications and additions of a product with many rows. */
  readonly operations: number;
}

/** One token of a reply: all layers and the text projector, with one row. */
export function tokenPass({ transformer }: CountedSizes): Pass {
  const weights = layerWeights(transformer) + transformer.hidden * transformer.vocabulary;
  return { weights, operations: 2 * weights };
}

/** BOI, a picture's embeddings and EOI, in one pass over the layers, and the vision projector. */
export function imagePass({ transformer, imageTokens }: CountedSizes): Pass {
  const layers = layerWeights(transformer);
  const projector = transformer.hidden ** 2;
  const operations = 2 * (layers * (imageTokens + 2) + projector * imageTokens);
  return { weights: layers + projector, operations };
}

/** The velocity of one branch in one step of denoising. */
export function stepPass({ flux }: CountedSizes, branch: Decoder | 'negative', { width, height }: DrawnSize): Pass {
  const { hidden, joint, single, mlpRatio, tokenSide, conditioning } = flux;
  const tokens = (width * height) / tokenSide ** 2 + conditioning[branch];
  // Query, key, value, what attention gives, and the two halves of the feed-forward part: a joint block has them for each of its streams.
  const matrices = (4 + 2 * mlpRatio) * hidden ** 2;
  const attention = 4 * tokens ** 2 * hidden;
  return {
    weights: (2 * joint + single) * matrices,
    operations: (joint + single) * (2 * matrices * tokens + attention),
  };
}

/** Seconds of a pass: its matrices are read and its products computed, one after the other, as a processor does. A graphics card does both at once. */
export function passSeconds(pass: Pass, throughput: Throughput): number {
  return pass.weights / throughput.weights + pass.operations / throughput.operations;
}

/** Seconds of a pass whose streamed weights are read from the disk before they are used: bytes, and bytes a second. */
export function streamedSeconds(
  pass: Pass,
  throughput: Throughput,
  { reads, rate }: { readonly reads: number; readonly rate: number },
): number {
  return passSeconds(pass, throughput) + reads / rate;
}

function layerWeights({ hidden, layers, keyWidth, intermediate }: CountedSizes['transformer']): number {
  const attention = 2 * hidden * (hidden + keyWidth);
  return layers * (attention + 3 * hidden * intermediate);
}
