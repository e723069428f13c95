import { printGraph } from '../../model/onnx/print.ts';
import type { ReadModel } from '../../model/onnx/read.ts';
import { visible } from '../visible.ts';
import type { Inspection } from './inspection.ts';

/** A graph as text: inputs, weights with their places, one line an operator, outputs. */
export function inspectGraph({ graph, external }: ReadModel): Inspection {
  const weights = external.map(({ name, type, shape, file, offset, bytes }) =>
    visible(`  weight ${name}: ${type} [${shape.join(', ')}] (${file}, ${bytes} bytes at ${offset})`),
  );
  const constants = graph.constants.map(({ name, type, shape }) =>
    visible(`  constant ${name}: ${type} [${shape.join(', ')}]`),
  );
  const [first = '', ...rest] = printGraph(graph, visible).trimEnd().split('\n');
  const nodes = graph.nodes.map(({ operator, domain, inputs, outputs, attributes }) => ({
    operator: domain === '' ? operator : `${domain}.${operator}`,
    inputs,
    outputs,
    attributes,
  }));
  return {
    text: [first, ...constants, ...weights, ...rest].join('\n'),
    found: true,
    json: { name: graph.name, inputs: graph.inputs, outputs: graph.outputs, weights: external, nodes },
  };
}
