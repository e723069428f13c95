import type { NexusConfig } from '../config/nexus.ts';
import { exactOptions } from '../onnx/graph.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
import { allLayers } from '../pieces/transformer.ts';
import { fluxWeights, piecesFrom, type WeightFile } from './parts.ts';

const allFiles = ['language', 'generation', 'editing', 'autoencoder'] as const satisfies readonly WeightFile[];

/** The weights of each file of a checkpoint of these sizes, as the model's pieces declare them. */
export function declaredWeights(config: NexusConfig): ReadonlyMap<WeightFile, readonly WeightDeclaration[]> {
  const pieces = piecesFrom(new Set(allFiles), config, [allLayers(config)]);
  const flux = fluxWeights(config, exactOptions);
  return new Map(
    allFiles.map((file) => {
      const own = pieces.filter(({ from }) => from === file);
      const weights = own.flatMap(({ build }) => build(config, exactOptions).weights);
      const decoder = file === 'generation' || file === 'editing' ? flux : [];
      return [file, [...weights, ...decoder].map(({ declaration }) => declaration)];
    }),
  );
}
