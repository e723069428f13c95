/**
 * FLUX's two kinds of block (docs/reference.md, "FLUX"). Weights go by their names inside a block, so that one graph with
 * weights as inputs serves all blocks of its kind; flux.ts knows where each block's weights are.
 */
import type { FluxConfig } from '../config/painter.ts';
import { attention, type RotaryTables } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import { concat, geluTanh, reshape, split } from '../onnx/operators.ts';
import { sizeOf } from '../onnx/shapes.ts';
import { linear } from '../onnx/weighted.ts';
import { fluxRotaryInputs, gatedResidual, modulatedNorm, normedAndRotated } from './flux-operators.ts';

/** Rows [1, hidden]. */
interface Modulation {
  readonly shift: Value;
  readonly scale: Value;
  readonly gate: Value;
}

/** One of a joint block's two streams: `a` is the image, `b` the text. */
interface Stream {
  readonly letter: 'a' | 'b';
  readonly hidden: Value;
  readonly modulation: { readonly attention: Modulation; readonly feedForward: Modulation };
  readonly tables: RotaryTables;
}

function streamInputs(graph: Graph, name: 'image' | 'text', config: FluxConfig): Stream {
  const width = config.hidden;
  const tokens = `${name}_tokens`;
  const hidden = graph.input(name, 'float32', [tokens, width]);
  const rows = graph.input(`${name}_modulation`, 'float32', [1, 6 * width]);
  const tables = fluxRotaryInputs(graph, tokens, config.headDim, `${name}_`);
  const [shift, scale, gate, ...feedForward] = split(rows, [width, width, width, width, width, width]);
  const [feedShift, feedScale, feedGate] = feedForward;
  const modulation = {
    attention: { shift, scale, gate },
    feedForward: { shift: feedShift, scale: feedScale, gate: feedGate },
  };
  return { letter: name === 'image' ? 'a' : 'b', hidden, modulation, tables };
}

interface Projections {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

function projections({ letter, hidden, modulation, tables }: Stream, config: FluxConfig): Projections {
  const width = config.hidden;
  const { shift, scale } = modulation.attention;
  const normed = modulatedNorm(hidden, shift, scale, config.eps);
  const [query, key, value] = split(linear(normed, `attn.${letter}_to_qkv`, 3 * width), [width, width, width]);
  return {
    query: normedAndRotated(query, `attn.norm_q_${letter}`, tables, config),
    key: normedAndRotated(key, `attn.norm_k_${letter}`, tables, config),
    value: reshape(value, [1, sizeOf(value, 0), width]),
  };
}

/** The stream after its attention and its feed-forward part. */
function updated({ letter, hidden, modulation }: Stream, attended: Value, config: FluxConfig): Value {
  const width = config.hidden;
  const rows = reshape(attended, [sizeOf(hidden, 0), width]);
  const middle = gatedResidual(hidden, modulation.attention.gate, linear(rows, `attn.${letter}_to_out`, width));

  const { shift, scale, gate } = modulation.feedForward;
  const normed = modulatedNorm(middle, shift, scale, config.eps);
  const expanded = geluTanh(linear(normed, `ff_${letter}.0`, config.mlpRatio * width));
  return gatedResidual(middle, gate, linear(expanded, `ff_${letter}.2`, width));
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
  const ofImage = projections(image, config);
  const ofText = projections(text, config);
  const key = concat([ofText.key, ofImage.key], 1, 'tokens');
  const value = concat([ofText.value, ofImage.value], 1, 'tokens');
  // Attending once for each stream's queries is the joint attention without having to part its rows again.
  const attend = (query: Value) => attention(query, key, value, config.heads);
  graph.output('image_out', updated(image, attend(ofImage.query), config));
  graph.output('text_out', updated(text, attend(ofText.query), config));
  return graph.build();
}

/**
 * A single block over the joined sequence, text first: joined [tokens, hidden], modulation [1, 3 · hidden] (shift, scale,
 * gate), cosines and sines [1, tokens, headDim / 2] → joined_out. Streams, modulation and tables are float32.
 */
export function fluxSingleBlock(config: FluxConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('flux_single_block', options);
  const { hidden: width, heads, headDim, mlpRatio, eps } = config;
  const joined = graph.input('joined', 'float32', ['tokens', width]);
  const rows = graph.input('modulation', 'float32', [1, 3 * width]);
  const tables = fluxRotaryInputs(graph, 'tokens', headDim);
  const [shift, scale, gate] = split(rows, [width, width, width]);

  const normed = modulatedNorm(joined, shift, scale, eps);
  const fused = linear(normed, 'to_qkv_mlp', (3 + mlpRatio) * width);
  const [query, key, value, expanded] = split(fused, [width, width, width, mlpRatio * width]);
  const attended = attention(
    normedAndRotated(query, 'norm_q_a', tables, config),
    normedAndRotated(key, 'norm_k_a', tables, config),
    reshape(value, [1, 'tokens', width]),
    heads,
  );
  const both = concat([reshape(attended, ['tokens', width]), geluTanh(expanded)], 1);
  graph.output('joined_out', gatedResidual(joined, gate, linear(both, 'proj_out', width)));
  return graph.build();
}
