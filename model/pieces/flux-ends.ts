/** What stands before, between and after FLUX's blocks. Weights go by their names behind `pipe.dit.`. */
import type { FluxConfig } from '../config/painter.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { cast, concat, split } from '../onnx/operators.ts';
import { linear } from '../onnx/weighted.ts';
import { modulatedNorm } from './flux-operators.ts';

/** Patches of the latents, latent_tokens [image_tokens, inFeatures] → image [image_tokens, hidden]; float32. */
export function fluxEmbedLatents(config: FluxConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('flux_embed_latents', { ...options, activations: 'float32' });
  const tokens = graph.input('latent_tokens', 'float32', ['image_tokens', config.inFeatures]);
  graph.output('image', linear(tokens, 'x_embedder', config.hidden, { role: 'sensitive' }));
  return graph.build();
}

/** Conditioning tokens context [text_tokens, context] → text [text_tokens, hidden], once a picture; float32. */
export function fluxEmbedContext(config: FluxConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('flux_embed_context', { ...options, activations: 'float32' });
  const context = graph.input('context', 'float32', ['text_tokens', config.context]);
  graph.output('text', linear(context, 'context_embedder', config.hidden, { role: 'sensitive' }));
  return graph.build();
}

/** The two streams as the single blocks read them: text [text_tokens, hidden], image [image_tokens, hidden] → joined. */
export function fluxJoin(config: FluxConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('flux_join', options);
  const text = graph.input('text', 'float32', ['text_tokens', config.hidden]);
  const image = graph.input('image', 'float32', ['image_tokens', config.hidden]);
  graph.output('joined', concat([text, image], 0, 'tokens'));
  return graph.build();
}

/**
 * The last norm and projection: image [image_tokens, hidden], modulation [1, 2 · hidden] (scale, then shift)
 * → velocity_tokens [image_tokens, inFeatures], float32.
 */
export function fluxFinal(config: FluxConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('flux_final', options);
  const { hidden, inFeatures, eps } = config;
  const image = graph.input('image', 'float32', ['image_tokens', hidden]);
  const rows = graph.input('modulation', 'float32', [1, 2 * hidden]);
  const [scale, shift] = split(rows, [hidden, hidden]);
  const normed = modulatedNorm(image, shift, scale, eps);
  const tokens = linear(normed, 'final_proj_out', inFeatures, { role: 'sensitive' });
  graph.output('velocity_tokens', cast(tokens, 'float32'));
  return graph.build();
}
