/** FLUX at its whole depth with random weights: one velocity, each block with weights of its own. */
import type { FluxConfig } from '../../model/config/painter.ts';
import { fail } from '../../model/failure.ts';
import { type BuiltGraph, exactOptions, type GraphOptions, type UsedWeight } from '../../model/onnx/graph.ts';
import { type FluxLayer, fluxLayers, fluxVelocity } from '../../model/pieces/flux.ts';
import { fluxGraph } from '../../model/pieces/flux-graphs.ts';
import { mapTuple } from '../../model/tuple.ts';
import { type HostTensor, hostTensor, type Program, type Runtime, type Tensor } from '../../workers/gpu/runtime.ts';
import { fedValues } from '../../workers/gpu/tensor-data.ts';
import type { RandomWeights } from './random-weights.ts';

/** Of the image, and of the text. */
const tokens = 24;
/** Of shifts, scales and gates: a block adds to the residual stream about what flows through it. */
const modulated = 0.5;

/** @param precision of a weight by its official name */
export async function fluxStack(
  runtime: Runtime,
  config: FluxConfig,
  weights: RandomWeights,
  precision: GraphOptions['precision'],
): Promise<readonly Float32Array[]> {
  const programs = new Map<string, Promise<Program>>();
  const random = (name: string, rows: number, width: number, deviation = 1) =>
    hostTensor('float32', [rows, width], weights.rows(name, rows, width, deviation));
  const run = async <const Results extends readonly string[]>(
    layer: FluxLayer,
    inputs: Readonly<Record<string, HostTensor>>,
    results: Results,
  ) => {
    const named = (declaration: UsedWeight['declaration']) => ({
      ...declaration,
      name: layer.prefix + declaration.name,
    });
    const options = { ...exactOptions, precision: (each: UsedWeight['declaration']) => precision(named(each)) };
    const graph = fluxGraph(layer.graph, config, options);
    const key = [layer.graph, ...graph.weights.map((weight) => weight.precision)].join();
    const program = programs.get(key) ?? runtime.build(graph, async () => new Uint8Array(0));
    programs.set(key, program);
    const fed = weightFeeds(
      graph,
      (weight) => weights.stored({ ...weight, declaration: named(weight.declaration) }),
      layer.prefix,
    );
    const places = Object.fromEntries(results.map((name) => [name, 'host'] as const));
    const answers = await (await program).run({ ...inputs, ...fed }, places);
    return mapTuple(results, (name) => onHost(answers[name]));
  };
  const imageRows = async ({ data, shape: [, width = 0] }: HostTensor) =>
    hostTensor('float32', [tokens, width], data.slice(tokens * width));
  const rotary = (count: number) => {
    const angles = weights.rows('angles', count, config.headDim / 2);
    const table = (of: (angle: number) => number) =>
      hostTensor('float32', [1, count, config.headDim / 2], angles.map(of));
    return { cosines: table(Math.cos), sines: table(Math.sin) };
  };
  const rowsOf = { flux_modulation_joint: 6, flux_modulation_single: 3, flux_modulation_final: 2 } as const;
  const step = {
    latentTokens: random('latents', tokens, config.inFeatures),
    text: random('text', tokens, config.hidden),
    rotary: { text: rotary(tokens), image: rotary(tokens), joined: rotary(2 * tokens) },
    modulation: ({ graph, prefix }: FluxLayer) =>
      random(prefix, 1, config.hidden * (Object.entries(rowsOf).find(([name]) => name === graph)?.[1] ?? 0), modulated),
  };
  try {
    const velocity = await fluxVelocity(fluxLayers(config), { run, imageRows }, step);
    return velocity.data instanceof Float32Array ? [velocity.data] : [];
  } finally {
    for (const program of programs.values()) await (await program).release();
  }
}

/** A layer's weights by the names of its graph; they are stored under their official ones, which have a prefix. */
function weightFeeds(
  graph: BuiltGraph,
  stored: (weight: UsedWeight) => ReturnType<RandomWeights['stored']>,
  prefix: string,
): Readonly<Record<string, HostTensor>> {
  const fed = graph.weights
    .flatMap((weight) => [...stored(weight)])
    .map(([official, data]) => {
      const name = official.slice(prefix.length);
      const { type, shape } =
        graph.inputs.find((input) => input.name === name) ?? fail('UNEXPECTED', { message: name });
      const sizes = shape.map(Number);
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return [name, hostTensor(type, sizes, fedValues(type, sizes, bytes))] as const;
    });
  return Object.fromEntries(fed);
}

function onHost(tensor: Tensor | undefined): HostTensor {
  return tensor?.place === 'host' ? tensor : fail('UNEXPECTED', { message: 'an output that is not on the host' });
}
