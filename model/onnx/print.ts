/** A graph as text a person reads: one line an input, weight, node and output, with types and shapes. */
import type { Attribute, BuiltGraph, Node } from './graph.ts';
import type { ValueInfo } from './types.ts';

function printValue(value: ValueInfo): string {
  return `${value.name}: ${value.type} [${value.shape.join(', ')}]`;
}

function printAttribute([name, value]: [string, Attribute]): string {
  const shown = typeof value === 'object' && 'float' in value ? value.float : JSON.stringify(value);
  return `${name}=${shown}`;
}

function printNode(graph: BuiltGraph, node: Node): string {
  const results = node.outputs.map((name) => {
    const value = graph.values.get(name);
    return value ? printValue(value) : name;
  });
  const inputs = node.inputs.map((name) => name || 'none');
  const attributes = Object.entries(node.attributes).map(printAttribute);
  const operator = node.domain ? `${node.domain}.${node.operator}` : node.operator;
  return `  ${results.join(', ')} = ${operator}(${[...inputs, ...attributes].join(', ')})`;
}

/** @param shown makes a line safe to show where the graph's names come from a file */
export function printGraph(graph: BuiltGraph, shown = (line: string) => line): string {
  return [
    `graph ${graph.name}`,
    ...graph.inputs.map((value) => `  input ${printValue(value)}`),
    ...graph.weights.map(
      ({ declaration, precision }) =>
        `  weight ${declaration.name}: ${precision} [${declaration.shape.join(', ')}] (${declaration.role})`,
    ),
    ...graph.nodes.map((node) => printNode(graph, node)),
    ...graph.outputs.map((value) => `  output ${printValue(value)}`),
    '',
  ]
    .map(shown)
    .join('\n');
}
