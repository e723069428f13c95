/**
 * FLUX's modulation: timestep, guidance and pooled text vector to the shifts, scales and gates of every block. It is known
 * before the first step, so it is computed for all steps at once and its layers need not stay on the device.
 */
import type { FluxConfig } from '../config/painter.ts';
import { type BuiltGraph, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import { add, silu } from '../onnx/operators.ts';
import { linear } from '../onnx/weighted.ts';

function embedder(x: Value, layer: string, hidden: number): Value {
  const expanded = silu(linear(x, `${layer}.0`, hidden, { role: 'sensitive' }));
  return linear(expanded, `${layer}.2`, hidden, { role: 'sensitive' });
}

/** A summand of the conditioning vector. */
export type ConditioningPart = 'time' | 'guidance' | 'pooled';
const allParts: readonly ConditioningPart[] = ['time', 'guidance', 'pooled'];

/**
 * time and guidance [steps, sinusoid] (sinusoids of 1000 · sigma and of 1000 · guidance), pooled [1, pooled]
 * → conditioning [steps, hidden], the sum of the three embedders' outputs; float32. A check may ask for some parts alone.
 */
export function fluxConditioning(config: FluxConfig, options: GraphOptions, parts = allParts): BuiltGraph {
  const graph = new Graph('flux_conditioning', { ...options, activations: 'float32' });
  const { hidden, sinusoid, pooled } = config;
  const embedded = parts.map((part) => {
    if (part === 'pooled') {
      return embedder(graph.input(part, 'float32', [1, pooled]), 'pooled_text_embedder', hidden);
    }
    const input = graph.input(part, 'float32', ['steps', sinusoid]);
    return embedder(input, `${part}_embedder.timestep_embedder`, hidden);
  });
  const conditioning = embedded.reduce((sum, part) => add(sum, part));
  graph.output('conditioning', conditioning);
  return graph.build();
}

/** Rows of `hidden` values that a layer's modulation has. */
export const modulationRows = { joint: 6, single: 3, final: 2 } as const;
type ModulatedBlock = keyof typeof modulationRows;

/** One layer's modulation for all steps: conditioning [steps, hidden] → modulation [steps, rows · hidden]; float32. */
export function fluxModulation(config: FluxConfig, options: GraphOptions, block: ModulatedBlock): BuiltGraph {
  const graph = new Graph(`flux_modulation_${block}`, { ...options, activations: 'float32' });
  const conditioning = graph.input('conditioning', 'float32', ['steps', config.hidden]);
  const width = modulationRows[block] * config.hidden;
  graph.output('modulation', linear(silu(conditioning), 'linear', width, { role: 'sensitive' }));
  return graph.build();
}
