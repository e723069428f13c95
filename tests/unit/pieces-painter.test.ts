import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ort } from '../../cli/ort.ts';
import type { FluxConfig } from '../../model/config/painter.ts';
import { published } from '../../model/config/published.table.ts';
import type { GraphOptions } from '../../model/onnx/graph.ts';
import { storedBytes } from '../../model/onnx/stored.ts';
import { elementBytes, type Precision, type WeightDeclaration } from '../../model/onnx/types.ts';
import { adapter } from '../../model/pieces/adapter.ts';
import { autoencoderDecode, autoencoderEncode } from '../../model/pieces/autoencoder.ts';
import { allFluxLayers, fluxDeclarations } from '../../model/pieces/flux.ts';
import { fluxJointBlock, fluxSingleBlock } from '../../model/pieces/flux-blocks.ts';
import { fluxGraph, fluxGraphNames } from '../../model/pieces/flux-graphs.ts';
import { fluxModulation } from '../../model/pieces/flux-modulation.ts';
import { merger } from '../../model/pieces/merger.ts';
import { type HostTensor, hostTensor, type Tensor } from '../../workers/gpu/runtime.ts';
import { fedValues } from '../../workers/gpu/tensor-data.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';

const runtime = new WasmRuntime(ort);
afterAll(() => runtime.close());

describe('published sizes', () => {
  it('names weights of a layer as its prefix and the name in its graph', () => {
    const names = fluxDeclarations(published.dit).map(({ name }) => name);
    expect(names).toContain('pipe.dit.blocks.18.attn.norm_q_a.weight');
    expect(names).toContain('pipe.dit.single_blocks.37.proj_out.bias');
    expect(names).toContain('pipe.dit.final_norm_out.linear.weight');
    expect(new Set(names).size).toBe(names.length);
    expect(allFluxLayers(published.dit)).toHaveLength(1 + 2 * 19 + 38 + 1 + 2 + 19 + 38 + 1);
  });

  it('keeps residual streams, modulation, adapter, merger and autoencoder float32 where activations are float16', () => {
    const half: GraphOptions = { activations: 'float16', precision: () => 'float16', weights: 'file' };
    const graphs = [
      ...fluxGraphNames.map((name) => fluxGraph(name, published.dit, half)),
      adapter(published.adapter, half),
      merger(published.merger, half),
      autoencoderDecode(published.vae, half),
      autoencoderEncode(published.vae, half),
    ];
    const ends = graphs.flatMap((graph) => [
      ...graph.inputs.filter(
        ({ name }) => !graph.weights.some(({ stored }) => stored.some((one) => one.name === name)),
      ),
      ...graph.outputs,
    ]);
    expect(new Set(ends.map(({ type }) => type))).toEqual(new Set(['float32']));
    const joint = fluxGraph('flux_joint_block', published.dit, half);
    const typesOf = (operator: string) =>
      joint.nodes
        .filter((node) => node.operator === operator)
        .map((node) => joint.values.get(node.outputs[0] ?? '')?.type);
    expect(new Set(typesOf('LayerNormalization'))).toEqual(new Set(['float32']));
    expect(new Set(typesOf('MultiHeadAttention'))).toEqual(new Set(['float16']));
  });
});

/** Small seeded values, so that a failure repeats. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function values(shape: readonly number[], next: () => number): HostTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return hostTensor('float32', shape, Float32Array.from({ length: count }, next));
}

const shapes = fc.record({
  heads: fc.integer({ min: 1, max: 3 }),
  headDim: fc.constantFrom(32, 64),
  mlpRatio: fc.integer({ min: 1, max: 4 }),
  image: fc.integer({ min: 1, max: 9 }),
  text: fc.integer({ min: 1, max: 7 }),
  precision: fc.constantFrom<Precision>('float32', 'q8', 'q4'),
  seed: fc.integer(),
});
type Shape = typeof shapes extends fc.Arbitrary<infer Value> ? Value : never;

function fluxOf({ heads, headDim, mlpRatio }: Shape): FluxConfig {
  return { ...published.dit, heads, headDim, mlpRatio, hidden: heads * headDim };
}

/** Stored bytes that any reader of the weight sees alike: float32 values, quantised bytes, or moderate float16 scales. */
function storedWeights(graph: ReturnType<typeof fluxJointBlock>, next: () => number): Map<string, HostTensor> {
  const tensors = graph.weights.flatMap(({ stored }) => stored);
  return new Map(
    tensors.map((tensor) => {
      const count = storedBytes(tensor) / elementBytes[tensor.type];
      const draw = <Array>(make: (list: { length: number }, each: () => number) => Array, each: () => number) =>
        make({ length: count }, each);
      const data = {
        float32: () => draw((list, each) => Float32Array.from(list, each), next),
        // 0x2000 … 0x23ff are 0.0078 … 0.0156.
        float16: () =>
          draw(
            (list, each) => Uint16Array.from(list, each),
            () => 0x2000 + Math.floor((next() + 0.5) * 0x3ff),
          ),
        uint8: () =>
          draw(
            (list, each) => Uint8Array.from(list, each),
            () => Math.floor((next() + 0.5) * 256),
          ),
      };
      if (tensor.type !== 'float32' && tensor.type !== 'float16' && tensor.type !== 'uint8')
        throw new Error(tensor.type);
      return [tensor.name, hostTensor(tensor.type, tensor.shape, data[tensor.type]())];
    }),
  );
}

type Build = (config: FluxConfig, options: GraphOptions) => ReturnType<typeof fluxJointBlock>;

/** How far apart the results are of a graph with its weights in the file and the same with its weights as inputs. */
async function difference(build: Build, shape: Shape, sizes: Readonly<Record<string, number>>): Promise<number> {
  const next = random(shape.seed);
  const config = fluxOf(shape);
  const precision = ({ role }: WeightDeclaration): Precision => (role === 'vector' ? 'float32' : shape.precision);
  const options: GraphOptions = { activations: 'float32', precision, weights: 'file' };
  const inFile = build(config, options);
  const asInputs = build(config, { ...options, weights: 'input' });
  const weights = storedWeights(inFile, next);
  const read = async (name: string) => {
    const data = weights.get(name)?.data;
    if (!data) throw new Error(name);
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  };
  const feeds = Object.fromEntries(
    inFile.inputs.map(({ name, shape: dimensions }) => [
      name,
      values(
        dimensions.map((size) => (typeof size === 'number' ? size : (sizes[size] ?? 1))),
        next,
      ),
    ]),
  );
  const places = Object.fromEntries(inFile.outputs.map(({ name }) => [name, 'host' as const]));
  const [first, second] = [await runtime.build(inFile, read), await runtime.build(asInputs, read)];
  const expected = await first.run(feeds, places);
  const fed = asInputs.inputs.filter(({ name }) => weights.has(name));
  const weightFeeds = await Promise.all(
    fed.map(async ({ name, type }) => {
      const { shape: sizesOf } = weights.get(name) ?? { shape: [] };
      return [name, hostTensor(type, sizesOf, fedValues(type, sizesOf, await read(name)))] as const;
    }),
  );
  const actual = await second.run({ ...feeds, ...Object.fromEntries(weightFeeds) }, places);
  await first.release();
  await second.release();
  return Math.max(...Object.keys(places).map((name) => relativeDifference(expected[name], actual[name])));
}

/**
 * The largest difference over the largest value. Weights in the file are packed for the processor when the graph is loaded, so
 * that sums are rounded in another order; the error goes with the summands, which a result near zero no longer shows.
 */
function relativeDifference(one: Tensor | undefined, other: Tensor | undefined): number {
  if (one?.place !== 'host' || other?.place !== 'host') throw new Error('a result that is not on the host');
  const expected = Array.from(one.data, Number);
  const actual = Array.from(other.data, Number);
  const apart = Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] ?? Number.NaN))));
  return apart / Math.max(...expected.map(Math.abs));
}

describe('one graph for all layers', () => {
  const builds: Readonly<Record<string, Build>> = {
    'joint block': fluxJointBlock,
    'single block': fluxSingleBlock,
    modulation: (config, options) => fluxModulation(config, options, 'joint'),
  };
  for (const [name, build] of Object.entries(builds)) {
    it(`computes a ${name} alike with weights as inputs and in the file`, async () => {
      await fc.assert(
        fc.asyncProperty(shapes, async (shape) => {
          const sizes = { image_tokens: shape.image, text_tokens: shape.text, tokens: shape.text, steps: shape.image };
          expect(await difference(build, shape, sizes)).toBeLessThan(2e-6);
        }),
        { numRuns: 4 },
      );
    });
  }
});
