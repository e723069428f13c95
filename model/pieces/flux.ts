/**
 * The FLUX decoder as a whole: what flows between its blocks, in which order, and where each block's weights are. Whoever runs
 * it gives a `FluxRunner`: a device in the painter, names in a test.
 *
 *     time, guidance, pooled ── conditioning ── modulation of every block           once a schedule
 *     context ── embed ── text                                                      once a picture
 *     latent tokens ── embed ── image ┐
 *                                text ┴ joint blocks ── join ── single blocks ── image rows ── final ── velocity
 */
import type { FluxConfig } from '../config/painter.ts';
import { exactOptions } from '../onnx/graph.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
import type { SameLength } from '../tuple.ts';
import { type FluxGraphName, fluxGraph } from './flux-graphs.ts';

/** Runs a layer on values by the names of its graph's inputs; answers the named results, in that order. */
export type RunFluxLayer<Value> = <const Results extends readonly string[]>(
  layer: FluxLayer,
  inputs: Readonly<Record<string, Value>>,
  results: Results,
) => Promise<SameLength<Results, Value>>;

/** Runs FLUX's layers on values of its own kind. */
export interface FluxRunner<Value> {
  readonly run: RunFluxLayer<Value>;
  /** The image's rows of the joined sequence, which follow the text's: [tokens, hidden] → [image_tokens, hidden]. */
  readonly imageRows: (joined: Value) => Promise<Value>;
}

export interface FluxRotary<Value> {
  readonly cosines: Value;
  readonly sines: Value;
}

/** What a step's velocity is computed from. */
export interface FluxStep<Value> {
  /** [image_tokens, inFeatures] */
  readonly latentTokens: Value;
  /** Conditioning tokens after `fluxText` [text_tokens, hidden]. */
  readonly text: Value;
  /** Tables of the text's tokens, of the image's and of both. */
  readonly rotary: Readonly<Record<'text' | 'image' | 'joined', FluxRotary<Value>>>;
  /** A modulation layer's rows at this step, see `fluxModulations`. */
  readonly modulation: (layer: FluxLayer) => Value;
}

/** The velocity [image_tokens, inFeatures] at one step. What a layer answers is read by the next one alone. */
export async function fluxVelocity<Value>(layers: FluxLayers, runner: FluxRunner<Value>, step: FluxStep<Value>) {
  const { run, imageRows } = runner;
  const { latentTokens, rotary, modulation } = step;
  let [image] = await run(layers.embedLatents, { latent_tokens: latentTokens }, ['image']);
  let text = step.text;
  for (const { block, imageModulation, textModulation } of layers.joint) {
    const rows = { image_modulation: modulation(imageModulation), text_modulation: modulation(textModulation) };
    const ofImage = { image_cosines: rotary.image.cosines, image_sines: rotary.image.sines };
    const ofText = { text_cosines: rotary.text.cosines, text_sines: rotary.text.sines };
    const inputs = { image, text, ...rows, ...ofImage, ...ofText };
    [image, text] = await run(block, inputs, ['image_out', 'text_out']);
  }
  let [joined] = await run(layers.join, { text, image }, ['joined']);
  for (const { block, modulation: rows } of layers.single) {
    const inputs = { joined, modulation: modulation(rows), ...rotary.joined };
    [joined] = await run(block, inputs, ['joined_out']);
  }
  const final = { image: await imageRows(joined), modulation: modulation(layers.final.modulation) };
  const [velocity] = await run(layers.final.block, final, ['velocity_tokens']);
  return velocity;
}

/** Conditioning tokens [text_tokens, context] as the joint blocks read them, the same at every step: [text_tokens, hidden]. */
export async function fluxText<Value>(layers: FluxLayers, run: RunFluxLayer<Value>, context: Value) {
  const [text] = await run(layers.embedContext, { context }, ['text']);
  return text;
}

/**
 * The rows [steps, rows · hidden] of every modulation layer, of sinusoids of time and guidance [steps, sinusoid] and the pooled
 * text vector [1, pooled]: they are known before the first step.
 */
export async function* fluxModulations<Value>(
  layers: FluxLayers,
  run: RunFluxLayer<Value>,
  { time, guidance, pooled }: Readonly<Record<'time' | 'guidance' | 'pooled', Value>>,
): AsyncGenerator<{ readonly layer: FluxLayer; readonly rows: Value }> {
  const [conditioning] = await run(layers.conditioning, { time, guidance, pooled }, ['conditioning']);
  for (const layer of fluxModulationLayers(layers)) {
    const [rows] = await run(layer, { conditioning }, ['modulation']);
    yield { layer, rows };
  }
}

/** A run of one graph with one set of weights. */
export interface FluxLayer {
  readonly graph: FluxGraphName;
  /** Official names are this and the graph's own name of a weight. */
  readonly prefix: string;
}

/** A block and the layer whose rows modulate it. */
export interface ModulatedLayer {
  readonly block: FluxLayer;
  readonly modulation: FluxLayer;
}

export interface FluxLayers {
  readonly conditioning: FluxLayer;
  readonly embedContext: FluxLayer;
  readonly embedLatents: FluxLayer;
  readonly joint: readonly {
    readonly block: FluxLayer;
    readonly imageModulation: FluxLayer;
    readonly textModulation: FluxLayer;
  }[];
  /** Without weights. */
  readonly join: FluxLayer;
  readonly single: readonly ModulatedLayer[];
  readonly final: ModulatedLayer;
}

const root = 'pipe.dit.';

/** Every layer of a FLUX decoder under the names of the decoder files. */
export function fluxLayers({ joint, single }: FluxConfig): FluxLayers {
  const layer = (graph: FluxGraphName, prefix = ''): FluxLayer => ({ graph, prefix: root + prefix });
  const numbered = <Item>(count: number, item: (index: number) => Item) =>
    Array.from({ length: count }, (_, index) => item(index));
  return {
    conditioning: layer('flux_conditioning'),
    embedContext: layer('flux_embed_context'),
    embedLatents: layer('flux_embed_latents'),
    joint: numbered(joint, (index) => ({
      block: layer('flux_joint_block', `blocks.${index}.`),
      imageModulation: layer('flux_modulation_joint', `blocks.${index}.norm1_a.`),
      textModulation: layer('flux_modulation_joint', `blocks.${index}.norm1_b.`),
    })),
    join: layer('flux_join'),
    single: numbered(single, (index) => ({
      block: layer('flux_single_block', `single_blocks.${index}.`),
      modulation: layer('flux_modulation_single', `single_blocks.${index}.norm.`),
    })),
    final: { block: layer('flux_final'), modulation: layer('flux_modulation_final', 'final_norm_out.') },
  };
}

/** The layers whose rows depend on step, guidance and pooled vector alone. */
export function fluxModulationLayers({ joint, single, final }: FluxLayers): readonly FluxLayer[] {
  return [
    ...joint.flatMap(({ imageModulation, textModulation }) => [imageModulation, textModulation]),
    ...single.map(({ modulation }) => modulation),
    final.modulation,
  ];
}

/** The layers that run once a schedule, in order. */
export function fluxScheduleLayers(config: FluxConfig): readonly FluxLayer[] {
  const layers = fluxLayers(config);
  return [layers.conditioning, ...fluxModulationLayers(layers)];
}

/** The layers with weights that run for every picture or step, in order. */
export function fluxPictureLayers(config: FluxConfig): readonly FluxLayer[] {
  const { embedContext, embedLatents, joint, single, final } = fluxLayers(config);
  return [embedContext, embedLatents, ...[...joint, ...single, final].map(({ block }) => block)];
}

/** All layers with weights in the order a picture needs them, the modulation first. */
export function allFluxLayers(config: FluxConfig): readonly FluxLayer[] {
  return [...fluxScheduleLayers(config), ...fluxPictureLayers(config)];
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
