/**
 * Into how many segments a bundle's transformer is cut. One session for all layers of the published model is more than wasm can
 * hold, and more than a small graphics card has beside anything else; a segment is loaded, and released, by itself.
 */
import type { TransformerConfig } from '../config/transformer.ts';
import { fail } from '../failure.ts';
import type { GraphOptions } from '../onnx/graph.ts';
import { storedBytes } from '../onnx/stored.ts';
import { isSegment, type LayerRange, layerRanges, segmentName, transformerSegment } from '../pieces/transformer.ts';
import { alignedOffset, type ManifestGraph } from './manifest.ts';
import { shardLimit } from './precision.ts';

/** Segments of equally many layers: the fewest whose stored weights have `limit` bytes each at most, or of one layer each. */
export function planSegments(
  config: TransformerConfig,
  options: GraphOptions,
  limit = shardLimit,
): readonly LayerRange[] {
  const { num_hidden_layers: layers } = config;
  for (let segments = 1; segments < layers; segments += 1) {
    if (layers % segments > 0) continue;
    const ranges = layerRanges(config, segments);
    if (ranges.every((range) => segmentBytes(config, range, options) <= limit)) return ranges;
  }
  return layerRanges(config, layers);
}

function segmentBytes(config: TransformerConfig, range: LayerRange, options: GraphOptions): number {
  const stored = transformerSegment(config, range, options).weights.flatMap((weight) => weight.stored);
  return stored.reduce((sum, tensor) => sum + alignedOffset(storedBytes(tensor)), 0);
}

/**
 * The segments that a bundle lists.
 *
 * @throws BUNDLE_MANIFEST where they do not make up the transformer
 */
export function listedSegments(graphs: readonly ManifestGraph[], config: TransformerConfig): readonly LayerRange[] {
  const listed = new Set(graphs.map(({ name }) => name).filter(isSegment));
  const ranges = layerRanges(config, Math.max(1, listed.size));
  const isWhole = ranges.every((range) => Number.isInteger(range.count) && listed.has(segmentName(config, range)));
  if (isWhole) return ranges;
  const expected = `transformer, or transformer_0 … of ${config.num_hidden_layers} layers in equal parts`;
  return fail('BUNDLE_MANIFEST', { key: 'graphs', expected, actual: [...listed].join(', ') });
}
