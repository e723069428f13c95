/**
 * FLUX's graphs by name. All weights are graph inputs, by their names behind a layer's prefix, so the same ten graphs serve
 * every layer of both decoders.
 */
import type { FluxConfig } from '../config/painter.ts';
import type { BuiltGraph, GraphOptions } from '../onnx/graph.ts';
import { fluxJointBlock, fluxSingleBlock } from './flux-blocks.ts';
import { fluxEmbedContext, fluxEmbedLatents, fluxFinal, fluxJoin } from './flux-ends.ts';
import { fluxConditioning, fluxModulation } from './flux-modulation.ts';

type Builder = (config: FluxConfig, options: GraphOptions) => BuiltGraph;

const builders = {
  flux_embed_latents: fluxEmbedLatents,
  flux_embed_context: fluxEmbedContext,
  flux_joint_block: fluxJointBlock,
  flux_join: fluxJoin,
  flux_single_block: fluxSingleBlock,
  flux_final: fluxFinal,
  flux_conditioning: fluxConditioning,
  flux_modulation_joint: (config, options) => fluxModulation(config, options, 'joint'),
  flux_modulation_single: (config, options) => fluxModulation(config, options, 'single'),
  flux_modulation_final: (config, options) => fluxModulation(config, options, 'final'),
} as const satisfies Record<string, Builder>;

export type FluxGraphName = keyof typeof builders;
export const fluxGraphNames = Object.keys(builders) as readonly FluxGraphName[];

/** One of FLUX's graphs with its weights as inputs, whatever `options.weights` says. */
export function fluxGraph(name: FluxGraphName, config: FluxConfig, options: GraphOptions): BuiltGraph {
  return builders[name](config, { ...options, weights: 'input' });
}
