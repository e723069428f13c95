import { describe, expect, it } from 'vitest';
import { exactOptions, Graph } from '../../model/onnx/graph.ts';
import { add, concat, matmul, multiply, reshape, split } from '../../model/onnx/operators.ts';
import { knownSizeOf } from '../../model/onnx/shapes.ts';
import { linear, rmsNorm } from '../../model/onnx/weighted.ts';
import { failureFrom } from '../helpers/sources.ts';

describe('a graph that is being built', () => {
  it('gives each part of a split its size, in order', () => {
    const x = new Graph('parts', exactOptions).input('x', 'float32', ['n', 7]);
    const [first, second, third] = split(x, [4, 2, 1]);
    expect([first, second, third].map(({ shape }) => shape)).toEqual([
      ['n', 4],
      ['n', 2],
      ['n', 1],
    ]);
    expect(new Set([first, second, third].map(({ name }) => name)).size).toBe(3);
  });

  it('takes a number in the type of the value before it', () => {
    const graph = new Graph('numbers', { ...exactOptions, activations: 'float16' });
    const x = graph.input('x', 'float16', ['n', 2]);
    graph.output('y', add(multiply(x, 2), 1));
    const { nodes, values } = graph.build();
    const operands = nodes
      .filter(({ operator }) => operator === 'Mul' || operator === 'Add')
      .flatMap((node) => node.inputs);
    expect(new Set(operands.map((name) => values.get(name)?.type))).toEqual(new Set(['float16']));
  });

  it('keeps equal constants once', () => {
    const graph = new Graph('constants', exactOptions);
    const x = graph.input('x', 'float32', ['n', 2]);
    graph.output('y', add(multiply(x, 3), 3));
    expect(graph.build().constants).toHaveLength(1);
  });

  it.each([
    ['values of two graphs', () => add(input('left', ['n', 2]), input('right', ['n', 2]))],
    ['shapes that do not broadcast', () => withTwo([2, 3], [2, 4], (a, b) => add(a, b))],
    ['a product whose inner sizes differ', () => withTwo([2, 3], [4, 2], (a, b) => matmul(a, b))],
    ['parts that do not add up', () => split(input('g', ['n', 4]), [2, 1])],
    ['two sizes to infer', () => reshape(input('g', ['n', 4]), ['a', 'b', 2])],
    ['a joined size without a name', () => withTwo(['n', 2], ['m', 2], (a, b) => concat([a, b], 0))],
    ['an axis that is not there', () => knownSizeOf(input('g', [2]), 1)],
    ['a size that is only known at run time', () => rmsNorm(input('g', [2, 'n']), 'norm', 1e-6)],
    ['a linear layer over more than rows', () => linear(input('g', [1, 2, 3]), 'layer', 4)],
    ['one weight in two shapes', () => withTwo(['n', 2], ['n', 3], (a, b) => [linear(a, 'w', 4), linear(b, 'w', 4)])],
  ])('refuses %s', async (_, build) => {
    expect((await failureFrom(build)).code).toBe('GRAPH_SHAPE');
  });
});

type Shape = readonly (number | string)[];

function input(graph: string, shape: Shape) {
  return new Graph(graph, exactOptions).input('x', 'float32', shape);
}

function withTwo<Result>(
  left: Shape,
  right: Shape,
  build: (a: ReturnType<typeof input>, b: ReturnType<typeof input>) => Result,
) {
  const graph = new Graph('two', exactOptions);
  return build(graph.input('left', 'float32', left), graph.input('right', 'float32', right));
}
