/** The model's pieces, one block each. */
import type { AdapterConfig, AutoencoderConfig, FluxConfig, MergerConfig } from '../../model/config/painter.ts';
import { published } from '../../model/config/published.table.ts';
import type { TransformerConfig } from '../../model/config/transformer.ts';
import type { VisionConfig } from '../../model/config/vision.ts';
import type { BuiltGraph, GraphOptions } from '../../model/onnx/graph.ts';
import { adapter } from '../../model/pieces/adapter.ts';
import { autoencoderDecode, autoencoderEncode } from '../../model/pieces/autoencoder.ts';
import { fluxGraph, fluxGraphNames } from '../../model/pieces/flux-graphs.ts';
import { merger } from '../../model/pieces/merger.ts';
import { textProjector, visionProjector } from '../../model/pieces/projectors.ts';
import { allLayers, transformerSegment } from '../../model/pieces/transformer.ts';
import { visionEncoder } from '../../model/pieces/vision-encoder.ts';

export interface PieceSizes {
  readonly vision: VisionConfig;
  readonly transformer: TransformerConfig;
  readonly flux: FluxConfig;
  readonly adapter: AdapterConfig;
  readonly merger: MergerConfig;
  readonly autoencoder: AutoencoderConfig;
}

/** The published widths; every piece one block deep, and of the text projector the rows that are multiplied at a time. */
export const publishedSizes: PieceSizes = {
  vision: { ...published.vision, depth: 1, fullatt_block_indexes: [0] },
  transformer: { ...published.transformer, num_hidden_layers: 1, vocab_size: 8192 },
  flux: { ...published.dit, joint: 1, single: 1 },
  adapter: published.adapter,
  merger: published.merger,
  autoencoder: published.vae,
};

/** The same pieces in a hundredth of the time. */
export const narrowSizes: PieceSizes = {
  vision: { ...publishedSizes.vision, hidden_size: 64, num_heads: 2, intermediate_size: 128, out_hidden_size: 96 },
  transformer: {
    ...publishedSizes.transformer,
    hidden_size: 128,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 256,
    rope_scaling: { mrope_section: [8, 4, 4] },
  },
  flux: { ...publishedSizes.flux, hidden: 128, heads: 4, headDim: 32, axes: [8, 12, 12] },
  adapter: { ...published.adapter, input: 96, output: 128 },
  merger: {
    ...published.merger,
    hidden: 96,
    heads: 3,
    kvHeads: 1,
    headDim: 32,
    mropeSection: [8, 4, 4],
    intermediate: 128,
    out: 64,
  },
  autoencoder: { ...published.vae, base: 32, mult: [1, 2] },
};

export interface BenchPiece {
  readonly name: string;
  /** What each open size of its inputs is. */
  readonly tokens: number;
  build(options: GraphOptions): BuiltGraph;
}

/** Tokens or patches; a multiple of four, so that patches merge. */
export const usualTokens = 24;

/** Those whose matrices a bundle quantises. */
export function benchPieces(sizes: PieceSizes): readonly BenchPiece[] {
  const { transformer, flux } = sizes;
  return [
    piece('vision encoder, one block', (options) => visionEncoder(sizes.vision, options)),
    piece('transformer, one layer', (options) => transformerSegment(transformer, allLayers(transformer), options)),
    piece('FLUX joint block', (options) => fluxGraph('flux_joint_block', flux, options)),
    piece('FLUX single block', (options) => fluxGraph('flux_single_block', flux, options)),
    piece('generation adapter', (options) => adapter(sizes.adapter, options)),
    piece('editing merger', (options) => merger(sizes.merger, options)),
  ];
}

/** All that a model runs; of the autoencoder 4 × 4 latents and 32 × 32 pixels. */
export function allPieces(sizes: PieceSizes): readonly BenchPiece[] {
  const others = fluxGraphNames.filter((name) => !['flux_joint_block', 'flux_single_block'].includes(name));
  return [
    ...benchPieces(sizes),
    piece('vision projector', (options) => visionProjector(sizes.transformer, options)),
    piece('text projector', (options) => textProjector(sizes.transformer, options)),
    ...others.map((name) =>
      piece(name.replace('flux', 'FLUX').replaceAll('_', ' '), (options) => fluxGraph(name, sizes.flux, options)),
    ),
    piece('autoencoder, decoder', (options) => autoencoderDecode(sizes.autoencoder, options), 4),
    piece('autoencoder, encoder', (options) => autoencoderEncode(sizes.autoencoder, options), 32),
  ];
}

function piece(name: string, build: BenchPiece['build'], tokens = usualTokens): BenchPiece {
  return { name, tokens, build };
}
