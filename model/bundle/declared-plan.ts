/** What a conversion comes to by the sizes of a model alone: told before a host was asked or a file opened, and nothing can be read of it. */
import type { TensorInfo, TensorSource } from '../checkpoint/tensors.ts';
import { type NexusConfig, readNexusConfig } from '../config/nexus.ts';
import { published } from '../config/published.table.ts';
import { type ClipConfig, readClipConfig, readT5Config, type T5Config } from '../config/text-encoders.ts';
import { fail } from '../failure.ts';
import { exactOptions } from '../onnx/graph.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
import { clip } from '../pieces/clip.ts';
import { t5 } from '../pieces/t5.ts';
import { type ConversionPlan, emptyNegativeShard, planConstants } from './conversion-plan.ts';
import { declaredWeights } from './declared-weights.ts';
import { decoderNames, type WeightFile } from './parts.ts';
import { planParts } from './planned-parts.ts';
import { type BundlePrecision, shardLimit } from './precision.ts';

/** What sizes are counted from. */
export type SizedPlan = Pick<ConversionPlan, 'config' | 'weights' | 'clip' | 'shards' | 'graphs'>;

/** Configurations of a checkpoint's models. */
export interface DeclaredModels {
  readonly config: NexusConfig;
  readonly clip: ClipConfig;
  readonly t5: T5Config;
}

/** The published model: what its files are declared as is docs/reference.md, "Pieces". */
export const publishedModels = (): DeclaredModels => ({
  config: readNexusConfig({ ...published.transformer, vision_config: published.vision }),
  clip: readClipConfig(published.clip),
  t5: readT5Config(published.t5),
});

/** Of all that such a checkpoint can become, with both decoders and all extras. */
export function declaredPlan({ config, ...encoders }: DeclaredModels, precision: BundlePrecision): SizedPlan {
  const declared = declaredWeights(config);
  const weights = new Map([...declared].map(([file, own]) => [file, declaredSource(file, own, typeOf(file))]));
  const parts = planParts(config, weights, {
    precision,
    segmentLimit: shardLimit,
    whole: new Set(weights.keys()),
    layers: new Set(decoderNames),
    schedules: config.nexus_gen.schedules ?? [],
    hasFluxGraphs: false,
  });
  const ofGraph = (name: string, graph: ReturnType<typeof clip>) =>
    declaredSource(
      name,
      graph.weights.map(({ declaration }) => declaration),
      'bfloat16',
    );
  const clipEncoder = { config: encoders.clip, weights: ofGraph('CLIP', clip(encoders.clip, exactOptions)) };
  const t5Encoder = { config: encoders.t5, weights: ofGraph('T5', t5(encoders.t5, 1, exactOptions)) };
  const negative = emptyNegativeShard(config, { kind: 't5', t5: t5Encoder });
  const shards = [...planConstants(config, clipEncoder), ...parts.shards, negative];
  return { config, weights, clip: clipEncoder, shards, graphs: parts.graphs };
}

/** As the published files store them. */
function typeOf(file: WeightFile): TensorInfo['type'] {
  return file === 'autoencoder' ? 'float32' : 'bfloat16';
}

function declaredSource(
  name: string,
  declarations: readonly WeightDeclaration[],
  type: TensorInfo['type'],
): TensorSource {
  const infos = declarations.map(({ name: tensor, shape }): TensorInfo => ({ name: tensor, shape, type }));
  const byName = new Map(infos.map((info) => [info.name, info]));
  const absent = async (tensor: string) => fail('TENSOR_MISSING', { file: name, tensor });
  return {
    name,
    list: () => infos,
    find: (tensor) => byName.get(tensor),
    read: absent,
    readRows: absent,
    readStored: absent,
  };
}
