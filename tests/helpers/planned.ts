import { decoderNames, decoderParts, fluxWeights, piecesFrom, type WeightFile } from '../../model/bundle/parts.ts';
import { type BundlePrecision, precisionOf } from '../../model/bundle/precision.ts';
import { planSegments } from '../../model/bundle/segments.ts';
import { layoutShards, type ShardLayout, storedWeights } from '../../model/bundle/shards.ts';
import type { NexusConfig } from '../../model/config/nexus.ts';
import type { WeightDeclaration } from '../../model/onnx/types.ts';

const files = new Set<WeightFile>(['language', 'generation', 'editing', 'autoencoder']);

/** Every shard of a whole bundle of these sizes, without a weight. */
export function plannedShards(config: NexusConfig, requested: BundlePrecision): readonly ShardLayout[] {
  const precision = precisionOf(requested);
  const options = { activations: 'float32', precision, weights: 'file' } as const;
  const layout = (part: string, declarations: readonly WeightDeclaration[]) =>
    layoutShards(
      part,
      declarations.flatMap((declaration) => storedWeights(declaration, precision(declaration))),
    );
  const flux = fluxWeights(config, options).map(({ declaration }) => declaration);
  return [
    ...piecesFrom(files, config, planSegments(config, options)).flatMap(({ part, build }) =>
      layout(
        part,
        build(config, options).weights.map(({ declaration }) => declaration),
      ),
    ),
    ...decoderNames.flatMap((decoder) => layout(decoderParts[decoder].flux, flux)),
  ];
}
