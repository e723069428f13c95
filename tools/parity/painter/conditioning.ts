import { hostTensor } from '../../../workers/gpu/runtime.ts';
import { adapt, merge } from '../../../workers/painter/condition.ts';
import type { Component } from '../component.ts';
import { float32Input, float32Rows } from '../language/inputs.ts';
import { BuiltPainter } from './built-painter.ts';
import { embeddingsInput } from './inputs.ts';

export const adapter: Component = async (golden, runtime) => {
  const source = new BuiltPainter(golden, runtime, 'adapter');
  try {
    const conditioning = await adapt(source, float32Input(golden, 'embeddings'));
    const width = source.sizes.adapter?.output ?? 0;
    return { outputs: new Map([['conditioning', float32Rows(conditioning, width)]]), computedBy: 'graph' };
  } finally {
    await source.release();
  }
};

export const merger: Component = async (golden, runtime) => {
  const source = new BuiltPainter(golden, runtime, 'merger');
  try {
    const reference = golden.inputs.has('reference') ? embeddingsInput(golden, 'reference') : null;
    const { context, positions } = await merge(source, embeddingsInput(golden, 'target'), reference);
    const { time, height, width } = positions;
    const rows = Float32Array.from([...Array.from(time), ...Array.from(height), ...Array.from(width)]);
    return {
      outputs: new Map([
        ['conditioning', float32Rows(context, source.sizes.merger?.out ?? 0)],
        ['positions', hostTensor('float32', [3, time.length], rows)],
      ]),
      computedBy: 'graph',
    };
  } finally {
    await source.release();
  }
};
