/** The published sizes build whole, and their declared weights add up to the counts of docs/reference.md. */
import { expect, test } from 'vitest';
import { published } from '../../model/config/published.table.ts';
import type { BuiltGraph } from '../../model/onnx/graph.ts';
import { exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import type { WeightDeclaration } from '../../model/onnx/types.ts';
import { writeModel } from '../../model/onnx/write.ts';
import { autoencoderDecode, autoencoderEncode } from '../../model/pieces/autoencoder.ts';
import { fluxDeclarations } from '../../model/pieces/flux.ts';
import { fluxGraph, fluxGraphNames } from '../../model/pieces/flux-graphs.ts';
import { textProjector, tokenEmbeddings } from '../../model/pieces/projectors.ts';
import { allLayers, transformerSegment } from '../../model/pieces/transformer.ts';
import { visionEncoder } from '../../model/pieces/vision-encoder.ts';
import { quantised } from '../helpers/quantised.ts';

function values(declarations: readonly WeightDeclaration[]): number {
  return declarations.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

function declared(...graphs: readonly BuiltGraph[]): WeightDeclaration[] {
  return graphs.flatMap((graph) => graph.weights.map(({ declaration }) => declaration));
}

const languageGraphs: readonly [string, (options: GraphOptions) => BuiltGraph][] = [
  ['vision encoder', (options) => visionEncoder(published.vision, options)],
  ['transformer', (options) => transformerSegment(published.transformer, allLayers(published.transformer), options)],
  ['text projector', (options) => textProjector(published.transformer, options)],
  ['autoencoder decoder', (options) => autoencoderDecode(published.vae, options)],
  ['autoencoder encoder', (options) => autoencoderEncode(published.vae, options)],
];

test.each(languageGraphs)('the published %s is written as a small file in float32 and float16', (_, build) => {
  for (const options of [exactOptions, quantised]) {
    const file = writeModel(build(options), () => ({ file: 'weights', offset: 0, bytes: 0 }));
    expect(file.length).toBeGreaterThan(300);
    expect(file.length).toBeLessThan(4e6);
  }
});

test.each(fluxGraphNames)('the published %s is one small file for all layers', (name) => {
  for (const options of [exactOptions, quantised]) {
    const file = writeModel(fluxGraph(name, published.dit, options), () => ({ file: 'weights', offset: 0, bytes: 0 }));
    expect(file.length).toBeLessThan(1e5);
  }
});

test('the vision encoder has 676,550,144 parameters', () => {
  expect(values(declared(visionEncoder(published.vision, exactOptions)))).toBe(676_550_144);
});

test('the transformer with both tables has 7,615,616,512 parameters', () => {
  const { transformer } = published;
  const graphs = [
    transformerSegment(transformer, allLayers(transformer), exactOptions),
    tokenEmbeddings(transformer, exactOptions),
    textProjector(transformer, exactOptions),
  ];
  expect(values(declared(...graphs))).toBe(7_615_616_512);
});

test('the FLUX decoder has 11,901,408,320 parameters, 3,247,448,064 of them modulation', () => {
  const declarations = fluxDeclarations(published.dit);
  expect(values(declarations)).toBe(11_901_408_320);
  const modulation = declarations.filter(({ name }) => /\.norm1_[ab]\.linear|\.norm\.linear|final_norm_out/.test(name));
  expect(values(modulation)).toBe(3_247_448_064);
});

test('the autoencoder has 83,819,683 parameters', () => {
  const graphs = [autoencoderDecode, autoencoderEncode].map((build) => build(published.vae, exactOptions));
  expect(values(declared(...graphs))).toBe(83_819_683);
});
