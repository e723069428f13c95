/**
 * A graph while it is built: values with a type and a shape, nodes in order, weights under their official names. A value knows
 * its graph, so that operators (`operators.ts` and friends) are functions of values alone; this file records what they add and
 * refuses what does not fit.
 */
import { fail } from '../failure.ts';
import { mapTuple, type SameLength } from '../tuple.ts';
import { type StoredTensor, storedTensors } from './stored.ts';
import type { ElementType, Precision, Shape, ValueInfo, WeightDeclaration, WeightRole } from './types.ts';

/** A value of a graph that is being built: what an operator takes and answers. */
export interface Value extends ValueInfo {
  readonly graph: Graph;
}

/** Type and shape of an operator's result. */
export type ResultType = Pick<ValueInfo, 'type' | 'shape'>;

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Node {
  readonly operator: string;
  /** '' is the ONNX standard's own domain. */
  readonly domain: '' | 'com.microsoft';
  /** '' stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A small tensor written into the graph file itself. */
export interface Constant {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A weight as this graph uses it, with the tensors of a shard that hold it. */
export interface UsedWeight {
  readonly declaration: WeightDeclaration;
  readonly precision: Precision;
  readonly stored: readonly StoredTensor[];
}

export interface GraphOptions {
  /** Type of the activations between operators. Residual streams and norms may stay wider where a piece says so. */
  readonly activations: 'float32' | 'float16';
  /** How each weight is stored; the same answer the shards were written with. */
  readonly precision: (declaration: WeightDeclaration) => Precision;
  /** `file`: weights come from shards as external data. `input`: they are graph inputs, so one graph serves all layers. */
  readonly weights: 'file' | 'input';
}

/** Everything in the checkpoint's own 32-bit numbers: what the golden cases are judged with. */
export const exactOptions: GraphOptions = { activations: 'float32', precision: () => 'float32', weights: 'file' };

export interface BuiltGraph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
  readonly weights: readonly UsedWeight[];
  /** Every value by name: intermediate types are recorded because checkers cannot infer contributed operators. */
  readonly values: ReadonlyMap<string, ValueInfo>;
  /** Intermediate values with a name of their own, for checks against the reference; see `Graph.probe`. */
  readonly probes: ReadonlyMap<string, ValueInfo>;
  readonly weightPlacement: GraphOptions['weights'];
}

export class Graph {
  readonly options: GraphOptions;
  readonly #name: string;
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, Constant>();
  readonly #weights = new Map<string, UsedWeight>();
  readonly #values = new Map<string, ValueInfo>();
  readonly #probes = new Map<string, ValueInfo>();

  constructor(name: string, options: GraphOptions) {
    this.#name = name;
    this.options = options;
  }

  get activations(): GraphOptions['activations'] {
    return this.options.activations;
  }

  /** A value fed at run time. */
  input(name: string, type: ElementType, shape: Shape): Value {
    const info = this.#record({ name, type, shape });
    this.#inputs.push(info);
    return this.#value(info);
  }

  /**
   * Gives a value a name of its own and makes it a result of the graph. The value goes through Identity, which any runtime
   * removes.
   */
  output(name: string, value: Value): void {
    const input = this.#nameOf(value, name);
    const { type, shape } = value;
    this.#outputs.push(this.#record({ name, type, shape }));
    this.#nodes.push({ operator: 'Identity', domain: '', inputs: [input], outputs: [name], attributes: {} });
  }

  /** Names an intermediate value, for instance a block's hidden states, so that a check can ask for it. */
  probe(name: string, value: Value): void {
    this.#probes.set(name, { name: this.#nameOf(value, name), type: value.type, shape: value.shape });
  }

  /** A tensor written into the graph; equal constants are kept once. */
  constant(type: ElementType, shape: readonly number[], bytes: Uint8Array): Value {
    const key = `constant:${type}:${shape.join('x')}:${Array.from(bytes).join(',')}`;
    const known = this.#constants.get(key);
    if (known) return this.#value({ name: known.name, type, shape });
    const name = `constant.${this.#constants.size}`;
    this.#constants.set(key, { name, type, shape, bytes });
    return this.#value(this.#record({ name, type, shape }));
  }

  /**
   * Declares a weight by its official name. Called again with the same name it answers the same weight and refuses
   * another shape or role (GRAPH_SHAPE).
   */
  weight(name: string, shape: readonly number[], role: WeightRole, blockRows?: number): UsedWeight {
    const known = this.#weights.get(name);
    if (known) {
      const same = known.declaration.role === role && known.declaration.shape.join() === shape.join();
      if (!same) this.refuse(name, `${known.declaration.role} [${known.declaration.shape}]`, `${role} [${shape}]`);
      return known;
    }
    const declaration: WeightDeclaration = { name, shape, role, blockRows };
    const precision = this.options.precision(declaration);
    const used: UsedWeight = { declaration, precision, stored: storedTensors(declaration, precision) };
    this.#weights.set(name, used);
    for (const tensor of used.stored) {
      const info = this.#record({ name: tensor.name, type: this.#fedType(tensor), shape: tensor.shape });
      if (this.options.weights === 'input') this.#inputs.push(info);
    }
    return used;
  }

  /** The value of one stored tensor of a weight. */
  stored(tensor: StoredTensor): Value {
    return this.#value({ name: tensor.name, type: this.#fedType(tensor), shape: tensor.shape });
  }

  /**
   * Adds one operator; types and shapes of the results are the caller's (an operator function's) knowledge. Refuses operands of
   * another graph.
   */
  node<const Results extends readonly ResultType[]>(
    operator: string,
    operands: readonly (Value | null)[],
    results: Results,
    attributes: Readonly<Record<string, Attribute>> = {},
    domain: Node['domain'] = '',
  ): SameLength<Results, Value> {
    const inputs = operands.map((operand) => (operand === null ? '' : this.#nameOf(operand, operator)));
    const at = this.#nodes.length;
    const values = mapTuple(results, ({ type, shape }, place) => {
      const name = `${operator}.${at}${place > 0 ? `.${place}` : ''}`;
      return this.#value(this.#record({ name, type, shape }));
    });
    this.#nodes.push({ operator, domain, inputs, outputs: values.map(({ name }) => name), attributes });
    return values;
  }

  /** Adds one operator with one result. */
  single(
    operator: string,
    operands: readonly (Value | null)[],
    result: ResultType,
    attributes: Readonly<Record<string, Attribute>> = {},
    domain: Node['domain'] = '',
  ): Value {
    const [value] = this.node(operator, operands, [result], attributes, domain);
    return value;
  }

  /** Refuses what does not fit, with both sides; `at` names the tensor or operator. */
  refuse(at: string, expected: string, actual: string): never {
    fail('GRAPH_SHAPE', { at: `${this.#name}: ${at}`, expected, actual });
  }

  build(): BuiltGraph {
    return {
      name: this.#name,
      inputs: this.#inputs,
      outputs: this.#outputs,
      nodes: this.#nodes,
      constants: [...this.#constants.values()],
      weights: [...this.#weights.values()],
      values: this.#values,
      probes: this.#probes,
      weightPlacement: this.options.weights,
    };
  }

  /**
   * A weight that is an input of a float32 graph is fed as float32: a device without float16 could not cast it, while
   * one that lies in a file is widened when the graph is loaded.
   */
  #fedType(tensor: StoredTensor): ElementType {
    const { weights, activations } = this.options;
    return weights === 'input' && activations === 'float32' && tensor.type === 'float16' ? 'float32' : tensor.type;
  }

  #record(info: ValueInfo): ValueInfo {
    if (this.#values.has(info.name)) this.refuse(info.name, 'a name used once', 'a name used twice');
    this.#values.set(info.name, info);
    return info;
  }

  #value(info: ValueInfo): Value {
    return { ...info, graph: this };
  }

  #nameOf(operand: Value, at: string): string {
    if (operand.graph === this) return operand.name;
    return this.refuse(at, `values of ${this.#name}`, `${operand.name} of ${operand.graph.#name}`);
  }
}

/** A graph that answers its probes too, each under its probe name: for checks, not for people. */
export function withProbes(graph: BuiltGraph): BuiltGraph {
  const values = new Map(graph.values);
  const nodes = [...graph.nodes];
  const outputs = [...graph.outputs];
  for (const [name, value] of graph.probes) {
    const renamed = { name, type: value.type, shape: value.shape };
    values.set(name, renamed);
    nodes.push({ operator: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} });
    outputs.push(renamed);
  }
  return { ...graph, nodes, outputs, values };
}
