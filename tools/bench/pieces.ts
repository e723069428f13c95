/** The pieces whose matrices a bundle quantises, one block each. */
import type { AdapterConfig, FluxConfig, MergerConfig } from '../../model/config/painter.ts';
import { published } from '../../model/config/published.table.ts';
import type { TransformerConfig } from '../../model/config/transformer.ts';
import type { VisionConfig } from '../../model/config/vision.ts';
import type { BuiltGraph, GraphOptions } from '../../model/onnx/graph.ts';
import { adapter } from '../../model/pieces/adapter.ts';
import { fluxJointBlock, fluxSingleBlock } from '../../model/pieces/flux-blocks.ts';
import { merger } from '../../model/pieces/merger.ts';
import { allLayers, transformerSegment } from '../../model/pieces/transformer.ts';
import { visionEncoder } from '../../model/pieces/vision-encoder.ts';

export interface PieceSizes {
  readonly vision: VisionConfig;
  readonly transformer: TransformerConfig;
  readonly flux: FluxConfig;
  readonly adapter: AdapterConfig;
  readonly merger: MergerConfig;
}

/** The published widths; every piece one block deep. */
export const publishedSizes: PieceSizes = {
  vision: { ...published.vision, depth: 1, fullatt_block_indexes: [0] },
  transformer: { ...published.transformer, num_hidden_layers: 1 },
  flux: { ...published.dit, joint: 1, single: 1 },
  adapter: published.adapter,
  merger: published.merger,
};

export interface BenchPiece {
  readonly name: string;
  build(options: GraphOptions): BuiltGraph;
}

export function benchPieces(sizes: PieceSizes): readonly BenchPiece[] {
  return [
    { name: 'vision encoder, one block', build: (options) => visionEncoder(sizes.vision, options) },
    {
      name: 'transformer, one layer',
      build: (options) => transformerSegment(sizes.transformer, allLayers(sizes.transformer), options),
    },
    { name: 'FLUX joint block', build: (options) => fluxJointBlock(sizes.flux, options) },
    { name: 'FLUX single block', build: (options) => fluxSingleBlock(sizes.flux, options) },
    { name: 'generation adapter', build: (options) => adapter(sizes.adapter, options) },
    { name: 'editing merger', build: (options) => merger(sizes.merger, options) },
  ];
}
