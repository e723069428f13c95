/**
 * The FLUX decoder as a whole: which graphs it is made of, and which layer of the checkpoint runs through which graph.
 * All weights are graph inputs, by their names behind a layer's prefix, so the same ten graphs serve every layer of both
 * decoders.
 */
import type { FluxConfig } from '../config.ts';
import { type BuiltGraph, exactOptions, type GraphOptions } from '../onnx/graph.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
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

/** A run of one graph with one set of weights. */
export interface FluxLayer {
  readonly graph: FluxGraphName;
  /** Official names are this and the graph's own name of a weight. */
  readonly prefix: string;
}

export interface FluxLayers {
  readonly embedLatents: FluxLayer;
  readonly embedContext: FluxLayer;
  readonly joint: readonly FluxLayer[];
  readonly single: readonly FluxLayer[];
  readonly final: FluxLayer;
  readonly conditioning: FluxLayer;
  readonly modulation: {
    readonly joint: readonly { readonly image: FluxLayer; readonly text: FluxLayer }[];
    readonly single: readonly FluxLayer[];
    readonly final: FluxLayer;
  };
}

const root = 'pipe.dit.';

/** Every layer of a FLUX decoder under the names of the decoder files. */
export function fluxLayers({ joint, single }: FluxConfig): FluxLayers {
  const layer = (graph: FluxGraphName, prefix = ''): FluxLayer => ({ graph, prefix: root + prefix });
  const numbered = <Item>(count: number, item: (index: number) => Item) =>
    Array.from({ length: count }, (_, index) => item(index));
  return {
    embedLatents: layer('flux_embed_latents'),
    embedContext: layer('flux_embed_context'),
    joint: numbered(joint, (index) => layer('flux_joint_block', `blocks.${index}.`)),
    single: numbered(single, (index) => layer('flux_single_block', `single_blocks.${index}.`)),
    final: layer('flux_final'),
    conditioning: layer('flux_conditioning'),
    modulation: {
      joint: numbered(joint, (index) => ({
        image: layer('flux_modulation_joint', `blocks.${index}.norm1_a.`),
        text: layer('flux_modulation_joint', `blocks.${index}.norm1_b.`),
      })),
      single: numbered(single, (index) => layer('flux_modulation_single', `single_blocks.${index}.norm.`)),
      final: layer('flux_modulation_final', 'final_norm_out.'),
    },
  };
}

/** All layers in the order a picture needs them, the modulation first. */
export function allFluxLayers(config: FluxConfig): readonly FluxLayer[] {
  const { embedLatents, embedContext, joint, single, final, conditioning, modulation } = fluxLayers(config);
  const modulations = [
    ...modulation.joint.flatMap(({ image, text }) => [image, text]),
    ...modulation.single,
    modulation.final,
  ];
  return [conditioning, ...modulations, embedContext, embedLatents, ...joint, ...single, final];
}

/** Every weight of a FLUX decoder by its official name. The precision plan is asked with the name inside the layer. */
export function fluxDeclarations(config: FluxConfig): readonly WeightDeclaration[] {
  return allFluxLayers(config).flatMap(({ graph, prefix }) =>
    fluxGraph(graph, config, exactOptions).weights.map(({ declaration }) => ({
      ...declaration,
      name: prefix + declaration.name,
    })),
  );
}
