import type { FluxConfig } from '../../../model/config/painter.ts';
import { patchify } from '../../../model/diffusion/latents.ts';
import { fail } from '../../../model/failure.ts';
import { rotary } from '../../../model/onnx/attention.ts';
import { exactOptions, Graph } from '../../../model/onnx/graph.ts';
import { type FluxLayer, fluxLayers } from '../../../model/pieces/flux.ts';
import { fluxConditioning } from '../../../model/pieces/flux-modulation.ts';
import { editingIds, imageIds } from '../../../model/tables/flux-positions.ts';
import { axesRotary, type RotaryTable } from '../../../model/tables/rotary.ts';
import { sinusoid } from '../../../model/tables/sinusoid.ts';
import { type HostTensor, hostTensor, type Runtime, type Tensor } from '../../../workers/gpu/runtime.ts';
import { allStreamed, FluxWeights } from '../../../workers/painter/flux-weights.ts';
import { float32Of } from '../../../workers/painter/tensors.ts';
import type { Component, ComponentResult, GoldenCase } from '../component.ts';
import { float32Input, float32Rows, gridOf, input, int32Input } from '../language/inputs.ts';
import { BuiltPainter } from './built-painter.ts';
import { planesInput, stringArgument } from './inputs.ts';

type Outputs = Record<string, HostTensor>;

/** Runs one of FLUX's layers from the case's weights. */
type RunLayer = (
  layer: FluxLayer,
  feeds: Readonly<Record<string, Tensor>>,
  outputs: readonly string[],
) => Promise<Outputs>;

interface Bench {
  readonly golden: GoldenCase;
  readonly runtime: Runtime;
  readonly config: FluxConfig;
  readonly run: RunLayer;
}

type Piece = (bench: Bench) => Promise<Outputs>;

const plainPieces: Readonly<Record<string, (golden: GoldenCase, config: FluxConfig) => Outputs>> = {
  'image-ids': (golden, { patch }) => {
    const { height, width } = planesInput(golden, 'latents');
    return { ids: float32Rows(imageIds([height, width], patch), 3) };
  },
  'editing-ids': (golden) => {
    const { height, width } = planesInput(golden, 'latents');
    const grid = (name: string) => gridOf(int32Input(golden, name));
    const reference = golden.inputs.has('reference_grid') ? grid('reference_grid') : null;
    return { ids: float32Rows(editingIds([height, width], grid('target_grid'), reference), 3) };
  },
  patchify: (golden, { patch, inFeatures }) => {
    const tokens = patchify(planesInput(golden, 'latents'), patch);
    return { tokens: hostTensor('float32', [1, tokens.length / inFeatures, inFeatures], tokens) };
  },
};

const graphPieces: Readonly<Record<string, Piece>> = {
  'time-embedding': (bench) => embedding(bench, 'time', 1),
  'guidance-embedding': (bench) => embedding(bench, 'guidance', 1000),
  rope,
  'joint-block': jointBlock,
  'single-block': singleBlock,
  'final-layer': finalLayer,
};

export const ditPieces: Component = async (golden, runtime): Promise<ComponentResult> => {
  const source = new BuiltPainter(golden, runtime, 'dit');
  const piece = stringArgument(golden, 'piece');
  const config = source.sizes.dit;
  const plain = plainPieces[piece];
  if (plain) return { outputs: new Map(Object.entries(plain(golden, config))), computedBy: 'plain' };
  const onGraph = graphPieces[piece];
  if (!onGraph) return fail('UNEXPECTED', { message: `unknown piece ${piece}` });
  const weights = new FluxWeights(runtime, source, 'generation', allStreamed);
  const run: RunLayer = async (layer, feeds, outputs) => {
    const program = await source.program(layer.graph);
    const places = Object.fromEntries(outputs.map((name) => [name, 'host' as const]));
    const results = await weights.inOrder([layer], (lender) =>
      lender.using(layer, (read) => program.run({ ...feeds, ...read }, places)),
    );
    const tensors = Object.entries(results).map(([name, tensor]) => [
      name,
      hostTensor('float32', tensor.shape, float32Of(tensor)),
    ]);
    return Object.fromEntries(tensors);
  };
  try {
    return { outputs: new Map(Object.entries(await onGraph({ golden, runtime, config, run }))), computedBy: 'graph' };
  } finally {
    await source.release();
  }
};

async function embedding(bench: Bench, part: 'time' | 'guidance', factor: number): Promise<Outputs> {
  const { golden, runtime, config } = bench;
  const values = float32Input(golden, 'value').map((value) => value * factor);
  const rows = float32Rows(sinusoid(values, config.sinusoid), config.sinusoid);
  const graph = fluxConditioning(config, exactOptions, [part]);
  const program = await runtime.build(graph, (name) => golden.weights(`pipe.dit.${name}`));
  const { conditioning } = await program.run({ [part]: rows }, { conditioning: 'host' });
  await program.release();
  return { sinusoid: rows, embedding: float32Rows(float32Of(conditioning), config.hidden) };
}

async function rope({ golden, runtime, config }: Bench): Promise<Outputs> {
  const { heads, headDim } = config;
  const table = rotaryOf(float32Input(golden, 'ids'), config);
  const tokens = table.cosines.length / (headDim / 2);
  const graph = new Graph('rope', exactOptions);
  const q = graph.input('q', 'float32', [1, 'tokens', heads * headDim]);
  const cosines = graph.input('cosines', 'float32', [1, 'tokens', headDim / 2]);
  const sines = graph.input('sines', 'float32', [1, 'tokens', headDim / 2]);
  graph.output('rotated', rotary(q, heads, { cosines, sines, pairs: 'interleaved' }));
  const program = await runtime.build(graph.build(), golden.weights);
  const rows = hostTensor(
    'float32',
    [1, tokens, heads * headDim],
    exchanged(float32Input(golden, 'q'), heads, tokens, headDim),
  );
  const { rotated } = await program.run({ q: rows, ...rotaryFeeds('', table, config) }, { rotated: 'host' });
  await program.release();
  return {
    cos: float32Rows(table.cosines, headDim / 2),
    sin: float32Rows(table.sines, headDim / 2),
    rotated: hostTensor('float32', [heads, tokens, headDim], exchanged(float32Of(rotated), tokens, heads, headDim)),
  };
}

async function jointBlock({ golden, config, run }: Bench): Promise<Outputs> {
  const joint = required(fluxLayers(config).joint[0]);
  const conditioning = float32Rows(float32Input(golden, 'conditioning'), config.hidden);
  const text = input(golden, 'text');
  const ids = float32Input(golden, 'ids');
  const border = 3 * (text.shape[0] ?? 0);
  const rowsOf = async (layer: FluxLayer) => required((await run(layer, { conditioning }, ['modulation'])).modulation);
  const { image_out, text_out } = await run(
    joint.block,
    {
      image: input(golden, 'image'),
      text,
      image_modulation: await rowsOf(joint.imageModulation),
      text_modulation: await rowsOf(joint.textModulation),
      ...rotaryFeeds('text_', rotaryOf(ids.subarray(0, border), config), config),
      ...rotaryFeeds('image_', rotaryOf(ids.subarray(border), config), config),
    },
    ['image_out', 'text_out'],
  );
  return { image: required(image_out), text: required(text_out) };
}

async function singleBlock({ golden, config, run }: Bench): Promise<Outputs> {
  const single = required(fluxLayers(config).single[0]);
  const conditioning = float32Rows(float32Input(golden, 'conditioning'), config.hidden);
  const rows = await run(single.modulation, { conditioning }, ['modulation']);
  const table = rotaryFeeds('', rotaryOf(float32Input(golden, 'ids'), config), config);
  const feeds = { joined: input(golden, 'joined'), modulation: required(rows.modulation), ...table };
  return { joined: required((await run(single.block, feeds, ['joined_out'])).joined_out) };
}

async function finalLayer({ golden, config, run }: Bench): Promise<Outputs> {
  const { final } = fluxLayers(config);
  const conditioning = float32Rows(float32Input(golden, 'conditioning'), config.hidden);
  const rows = await run(final.modulation, { conditioning }, ['modulation']);
  const feeds = { image: input(golden, 'image'), modulation: required(rows.modulation) };
  return { tokens: required((await run(final.block, feeds, ['velocity_tokens'])).velocity_tokens) };
}

function rotaryOf(ids: Float32Array, { axes, theta }: FluxConfig): RotaryTable {
  return axesRotary(ids, axes, theta);
}

function rotaryFeeds(prefix: string, { cosines, sines }: RotaryTable, { headDim }: FluxConfig): Outputs {
  const shape = [1, cosines.length / (headDim / 2), headDim / 2];
  return {
    [`${prefix}cosines`]: hostTensor('float32', shape, cosines),
    [`${prefix}sines`]: hostTensor('float32', shape, sines),
  };
}

/** [a, b, width] as [b, a, width]. */
function exchanged(values: Float32Array, a: number, b: number, width: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < a * b; row += 1) {
    const place = (row % b) * a + Math.floor(row / b);
    result.set(values.subarray(row * width, (row + 1) * width), place * width);
  }
  return result;
}

function required<Item>(item: Item | undefined): Item {
  return item ?? fail('UNEXPECTED', { message: 'the case lacks a layer or a layer lacks an output' });
}
