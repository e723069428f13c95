/** What operations are counted from, of all the sizes of a model. */

import type { NexusConfig } from '../config/nexus.ts';
import { headWidth } from '../config/transformer.ts';
import { mergedTokens } from '../config/vision.ts';
import type { CountedSizes } from './operations.ts';

export function countedSizes(config: NexusConfig): CountedSizes {
  const { dit, vae, vision_config: vision, nexus_gen: settings } = config;
  const { drawn_grid, reference_side } = settings.image;
  const imageTokens = mergedTokens(drawn_grid, vision.spatial_merge_size);
  const reference = (reference_side / (vision.patch_size * vision.spatial_merge_size)) ** 2;
  return {
    transformer: {
      hidden: config.hidden_size,
      layers: config.num_hidden_layers,
      keyWidth: config.num_key_value_heads * headWidth(config),
      intermediate: config.intermediate_size,
      vocabulary: config.vocab_size,
    },
    size: { width: settings.defaults.width, height: settings.defaults.height },
    imageTokens,
    flux: {
      hidden: dit.hidden,
      mlpRatio: dit.mlpRatio,
      joint: dit.joint,
      single: dit.single,
      tokenSide: dit.patch * 2 ** (vae.mult.length - 1),
      conditioning: {
        generation: imageTokens,
        editing: imageTokens + reference,
        negative: settings.negative_length,
      },
    },
  };
}
