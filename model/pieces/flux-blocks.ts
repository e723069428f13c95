/**
 * FLUX's two kinds of block (REFERENCE "FLUX DiT"). Weights go by their names inside a block, so that one graph with
 * weights as inputs serves all blocks of its kind; flux.ts knows where each block's weights are.
 */
import type { FluxConfig } from '../config.ts';
import { attention, type RotaryTables } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { concat, geluTanh, reshape, split } from '../onnx/operators.ts';
import type { Value } from '../onnx/types.ts';
import { linear, named } from '../onnx/weighted.ts';
import { gatedResidual, modulatedNorm, positioned, rotaryInputs } from './flux-operators.ts';

/** One of a joint block's two streams: `a` is the image, `b` the text. */
interface Stream {
  readonly letter: 'a' | 'b';
  readonly hidden: Value;
  readonly modulation: Modulation;
  readonly tables: RotaryTables;
}

/** Rows [1, hidden]. */
interface Modulation {
  readonly shift: Value;
  readonly scale: Value;
  readonly gate: Value;
  readonly feedForward: { readonly shift: Value; readonly scale: Value; readonly gate: Value };
}

function streamInputs(graph: Graph, name: 'image' | 'text', config: FluxConfig): Stream {
  const { hidden, headDim } = config;
  const tokens = `${name}_tokens`;
  const stream = graph.input(name, 'float32', [tokens, hidden]);
  const rows = graph.input(`${name}_modulation`, 'float32', [1, 6 * hidden]);
  const tables = rotaryInputs(graph, `${name}_`, tokens, headDim);
  const [shift, scale, gate, ...rest] = split(graph, rows, Array(6).fill(hidden));
  const [feedShift, feedScale, feedGate] = rest;
  if (!shift || !scale || !gate || !feedShift || !feedScale || !feedGate) {
    return graph.refuse(`${name}_modulation`, 'six rows', 'fewer');
  }
  const feedForward = { shift: feedShift, scale: feedScale, gate: feedGate };
  return {
    letter: name === 'image' ? 'a' : 'b',
    hidden: stream,
    modulation: { shift, scale, gate, feedForward },
    tables,
  };
}

interface Projections {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

function projections(graph: Graph, { letter, hidden, modulation, tables }: Stream, config: FluxConfig): Projections {
  const normed = modulatedNorm(graph, hidden, modulation.shift, modulation.scale, config.eps);
  const fused = linear(graph, normed, named(`attn.${letter}_to_qkv`), 3 * config.hidden);
  const [query, key, value] = split(graph, fused, Array(3).fill(config.hidden));
  if (!query || !key || !value) return graph.refuse('qkv', 'three parts', 'fewer');
  return {
    query: positioned(graph, query, `attn.norm_q_${letter}.weight`, tables, config),
    key: positioned(graph, key, `attn.norm_k_${letter}.weight`, tables, config),
    value: reshape(graph, value, [1, value.shape[0] ?? 1, config.hidden]),
  };
}

/** The stream after its attention and its feed-forward part. */
function updated(graph: Graph, stream: Stream, attended: Value, config: FluxConfig): Value {
  const { letter, hidden, modulation } = stream;
  const width = config.hidden;
  const rows = reshape(graph, attended, [hidden.shape[0] ?? 1, width]);
  const projected = linear(graph, rows, named(`attn.${letter}_to_out`), width);
  const between = gatedResidual(graph, hidden, modulation.gate, projected);
  const { shift, scale, gate } = modulation.feedForward;
  const normed = modulatedNorm(graph, between, shift, scale, config.eps);
  const wide = linear(graph, normed, named(`ff_${letter}.0`), config.mlpRatio * width);
  return gatedResidual(graph, between, gate, linear(graph, geluTanh(graph, wide), named(`ff_${letter}.2`), width));
}

/**
 * A joint block: image and text keep streams of their own and attend to both.
 * image [image_tokens, hidden], text [text_tokens, hidden], for each stream NAME_modulation [1, 6 · hidden] (shift, scale, gate
 * of the attention, then of the feed-forward part) and NAME_cosines, NAME_sines [1, NAME_tokens, headDim / 2]
 * → image_out, text_out. Streams, modulation and tables are float32.
 */
export function fluxJointBlock(config: FluxConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('flux_joint_block', options);
  const image = streamInputs(graph, 'image', config);
  const text = streamInputs(graph, 'text', config);
  const ofImage = projections(graph, image, config);
  const ofText = projections(graph, text, config);
  const key = concat(graph, [ofText.key, ofImage.key], 1, 'tokens');
  const value = concat(graph, [ofText.value, ofImage.value], 1, 'tokens');
  // Attending once for each stream's queries is the joint attention without having to part its rows again.
  const attend = (query: Value) => attention(graph, query, key, value, config.heads, null);
  graph.output('image_out', updated(graph, image, attend(ofImage.query), config));
  graph.output('text_out', updated(graph, text, attend(ofText.query), config));
  return graph.build();
}

/**
 * A single block over the joined sequence, text first: joined [tokens, hidden], modulation [1, 3 · hidden] (shift, scale,
 * gate), cosines and sines [1, tokens, headDim / 2] → joined_out. Streams, modulation and tables are float32.
 */
export function fluxSingleBlock(config: FluxConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('flux_single_block', options);
  const { hidden, heads, headDim, mlpRatio, eps } = config;
  const joined = graph.input('joined', 'float32', ['tokens', hidden]);
  const rows = graph.input('modulation', 'float32', [1, 3 * hidden]);
  const tables = rotaryInputs(graph, '', 'tokens', headDim);
  const [shift, scale, gate] = split(graph, rows, Array(3).fill(hidden));
  if (!shift || !scale || !gate) return graph.refuse('modulation', 'three rows', 'fewer');
  const normed = modulatedNorm(graph, joined, shift, scale, eps);
  const fused = linear(graph, normed, named('to_qkv_mlp'), (3 + mlpRatio) * hidden);
  const [query, key, value, wide] = split(graph, fused, [hidden, hidden, hidden, mlpRatio * hidden]);
  if (!query || !key || !value || !wide) return graph.refuse('to_qkv_mlp', 'four parts', 'fewer');
  const attended = attention(
    graph,
    positioned(graph, query, 'norm_q_a.weight', tables, config),
    positioned(graph, key, 'norm_k_a.weight', tables, config),
    reshape(graph, value, [1, 'tokens', hidden]),
    heads,
    null,
  );
  const parts = [reshape(graph, attended, ['tokens', hidden]), geluTanh(graph, wide)];
  const projected = linear(graph, concat(graph, parts, 1), named('proj_out'), hidden);
  graph.output('joined_out', gatedResidual(graph, joined, gate, projected));
  return graph.build();
}
