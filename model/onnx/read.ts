/**
 * An ONNX file back as a graph that can be printed (onnx.proto). Reads what `write.ts` writes; from other files, parts that
 * our graphs do not have (subgraphs, sparse tensors, training) are left out.
 */
import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { FailureError, fail } from '../failure.ts';
import type { Attribute, BuiltGraph, Constant, Node } from './graph.ts';
import { type Dimension, type ElementType, elementTypeCode, type ValueInfo } from './types.ts';
import type { Location } from './write.ts';

/** A weight as the file points to it. */
export interface ExternalTensor extends Location {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

export interface ReadModel {
  /** Without `weights`: a file knows only tensors, see `external`. */
  readonly graph: BuiltGraph;
  readonly external: readonly ExternalTensor[];
}

const fileLimit = 64 * 2 ** 20;

/** Throws GRAPH_FILE where the bytes are no ONNX model, or hold a type that our graphs do not know. */
export function readModel(file: string, bytes: Uint8Array): ReadModel {
  if (bytes.length > fileLimit) fail('GRAPH_FILE', { file, problem: 'size' });
  try {
    return new ModelReader(file).model(new BinaryReader(bytes));
  } catch (error) {
    if (error instanceof FailureError) throw error;
    // The protobuf reader's own complaints: varints without end, lengths past the end, unknown wire types.
    return fail('GRAPH_FILE', { file, problem: 'damaged' });
  }
}

/** What to do with each field that matters, by its number; other fields are skipped. */
type Fields = Readonly<Record<number, (reader: BinaryReader, wire: WireType) => void>>;

const packedInts = 2;

class ModelReader {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  model(reader: BinaryReader): ReadModel {
    let found: ReadModel | undefined;
    this.message(reader, reader.len, {
      7: (inner) => {
        found = this.graph(inner, inner.uint32());
      },
    });
    return found ?? fail('GRAPH_FILE', { file: this.file, problem: 'no graph' });
  }

  private graph(reader: BinaryReader, length: number): ReadModel {
    let name = '';
    const nodes: Node[] = [];
    const [inputs, outputs, others]: ValueInfo[][] = [[], [], []];
    const constants: Constant[] = [];
    const external: ExternalTensor[] = [];
    const add = (values: ValueInfo[] | undefined) => (inner: BinaryReader) => {
      values?.push(this.value(inner, inner.uint32()));
    };
    this.message(reader, reader.pos + length, {
      1: (inner) => nodes.push(this.node(inner, inner.uint32())),
      2: (inner) => {
        name = inner.string();
      },
      5: (inner) => {
        const tensor = this.tensor(inner, inner.uint32());
        if ('file' in tensor) external.push(tensor);
        else constants.push(tensor);
      },
      11: add(inputs),
      12: add(outputs),
      13: add(others),
    });
    const all = [...(inputs ?? []), ...(outputs ?? []), ...(others ?? []), ...constants, ...external];
    const values = new Map(all.map(({ name: key, type, shape }) => [key, { name: key, type, shape }]));
    const graph: BuiltGraph = {
      name,
      nodes,
      constants,
      values,
      inputs: inputs ?? [],
      outputs: outputs ?? [],
      weights: [],
      probes: new Map(),
      weightPlacement: external.length > 0 ? 'file' : 'input',
    };
    return { graph, external };
  }

  private node(reader: BinaryReader, length: number): Node {
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes = new Map<string, Attribute>();
    let operator = '';
    let domain = '';
    this.message(reader, reader.pos + length, {
      1: (inner) => inputs.push(inner.string()),
      2: (inner) => outputs.push(inner.string()),
      4: (inner) => {
        operator = inner.string();
      },
      5: (inner) => {
        const [name, value] = this.attribute(inner, inner.uint32());
        attributes.set(name, value);
      },
      7: (inner) => {
        domain = inner.string();
      },
    });
    if (domain !== '' && domain !== 'com.microsoft') fail('GRAPH_FILE', { file: this.file, problem: 'domain' });
    return { operator, domain, inputs, outputs, attributes: Object.fromEntries(attributes) };
  }

  private attribute(reader: BinaryReader, length: number): [string, Attribute] {
    let name = '';
    let value: Attribute = '…';
    const ints: number[] = [];
    this.message(reader, reader.pos + length, {
      1: (inner) => {
        name = inner.string();
      },
      2: (inner) => {
        value = { float: inner.float() };
      },
      3: (inner) => {
        value = Number(inner.int64());
      },
      4: (inner) => {
        value = inner.string();
      },
      8: (inner, wire) => {
        this.integers(inner, wire, ints);
        value = ints;
      },
    });
    return [name, value];
  }

  private value(reader: BinaryReader, length: number): ValueInfo {
    let name = '';
    let type: ElementType = 'float32';
    const shape: Dimension[] = [];
    const dimension: Fields = {
      1: (inner) => shape.push(Number(inner.int64())),
      2: (inner) => shape.push(inner.string()),
    };
    const shapes: Fields = { 1: (inner) => this.nested(inner, dimension) };
    const tensor: Fields = {
      1: (inner) => {
        type = this.elementType(inner.int32());
      },
      2: (inner) => this.nested(inner, shapes),
    };
    const types: Fields = { 1: (inner) => this.nested(inner, tensor) };
    this.message(reader, reader.pos + length, {
      1: (inner) => {
        name = inner.string();
      },
      2: (inner) => this.nested(inner, types),
    });
    return { name, type, shape };
  }

  private tensor(reader: BinaryReader, length: number): Constant | ExternalTensor {
    let name = '';
    let type: ElementType = 'float32';
    let bytes = new Uint8Array(0);
    const shape: number[] = [];
    const external = new Map<string, string>();
    this.message(reader, reader.pos + length, {
      1: (inner, wire) => this.integers(inner, wire, shape),
      2: (inner) => {
        type = this.elementType(inner.int32());
      },
      8: (inner) => {
        name = inner.string();
      },
      9: (inner) => {
        bytes = new Uint8Array(inner.bytes());
      },
      13: (inner) => this.externalEntry(inner, external),
    });
    const file = external.get('location');
    if (file === undefined) return { name, type, shape, bytes };
    const size = Number(external.get('length') ?? 0);
    return { name, type, shape, file, offset: Number(external.get('offset') ?? 0), bytes: size };
  }

  private externalEntry(reader: BinaryReader, entries: Map<string, string>): void {
    let key = '';
    this.nested(reader, {
      1: (inner) => {
        key = inner.string();
      },
      2: (inner) => entries.set(key, inner.string()),
    });
  }

  /** Repeated integers come one by one or packed. */
  private integers(reader: BinaryReader, wire: WireType, into: number[]): void {
    if (wire !== packedInts) {
      into.push(Number(reader.int64()));
      return;
    }
    for (const end = reader.uint32() + reader.pos; reader.pos < end; ) into.push(Number(reader.int64()));
  }

  private elementType(code: number): ElementType {
    const found = (Object.keys(elementTypeCode) as ElementType[]).find((type) => elementTypeCode[type] === code);
    return found ?? fail('GRAPH_FILE', { file: this.file, problem: 'type' });
  }

  private nested(reader: BinaryReader, fields: Fields): void {
    const length = reader.uint32();
    this.message(reader, reader.pos + length, fields);
  }

  private message(reader: BinaryReader, end: number, fields: Fields): void {
    if (end > reader.len) fail('GRAPH_FILE', { file: this.file, problem: 'damaged' });
    while (reader.pos < end) {
      const [field, wire] = reader.tag();
      const read = fields[field];
      if (read === undefined) reader.skip(wire, field);
      else read(reader, wire);
    }
    if (reader.pos !== end) fail('GRAPH_FILE', { file: this.file, problem: 'damaged' });
  }
}
