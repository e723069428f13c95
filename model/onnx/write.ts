/**
 * A built graph as an ONNX file (onnx.proto, IR version 10). Weights are external data: the file names only the shard, the
 * offset and the length, so a graph stays small whatever its model weighs.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, BuiltGraph, Constant, Node } from './graph.ts';
import type { StoredTensor } from './stored.ts';
import { elementTypeCode, type ValueInfo } from './types.ts';

/** Where a stored tensor's bytes lie. */
export interface Location {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

const irVersion = 10;
export const opsetVersion = 23;

type Fill = (writer: BinaryWriter) => void;

function message(writer: BinaryWriter, field: number, fill: Fill): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  fill(writer);
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function integer(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}

const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const;

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, attributeType.int);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    integer(writer, 20, attributeType.string);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    integer(writer, 20, attributeType.float);
  } else {
    for (const item of value) integer(writer, 8, item);
    integer(writer, 20, attributeType.ints);
  }
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.outputs[0] ?? node.operator);
  text(writer, 4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, (inner) => writeAttribute(inner, name, value));
  }
  if (node.domain) text(writer, 7, node.domain);
}

function writeValue(writer: BinaryWriter, value: ValueInfo): void {
  text(writer, 1, value.name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      integer(tensor, 1, elementTypeCode[value.type]);
      message(tensor, 2, (shape) => {
        for (const size of value.shape) {
          message(shape, 1, (dimension) =>
            typeof size === 'number' ? integer(dimension, 1, size) : text(dimension, 2, size),
          );
        }
      });
    }),
  );
}

function writeConstant(writer: BinaryWriter, constant: Constant): void {
  for (const size of constant.shape) integer(writer, 1, size);
  integer(writer, 2, elementTypeCode[constant.type]);
  text(writer, 8, constant.name);
  writer.tag(9, WireType.LengthDelimited).bytes(constant.bytes);
}

function writeExternal(writer: BinaryWriter, tensor: StoredTensor, location: Location): void {
  for (const size of tensor.shape) integer(writer, 1, size);
  integer(writer, 2, elementTypeCode[tensor.type]);
  text(writer, 8, tensor.name);
  const entries = { location: location.file, offset: `${location.offset}`, length: `${location.bytes}` };
  for (const [key, value] of Object.entries(entries)) {
    message(writer, 13, (entry) => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  }
  integer(writer, 14, 1);
}

function writeGraph(writer: BinaryWriter, graph: BuiltGraph, locate: (name: string) => Location): void {
  for (const node of graph.nodes) message(writer, 1, (inner) => writeNode(inner, node));
  text(writer, 2, graph.name);
  for (const constant of graph.constants) message(writer, 5, (inner) => writeConstant(inner, constant));
  const external = graph.weightPlacement === 'file' ? graph.weights.flatMap((weight) => weight.stored) : [];
  for (const tensor of external) {
    message(writer, 5, (inner) => writeExternal(inner, tensor, locate(tensor.name)));
  }
  for (const value of graph.inputs) message(writer, 11, (inner) => writeValue(inner, value));
  for (const value of graph.outputs) message(writer, 12, (inner) => writeValue(inner, value));
  const outside = new Set([...graph.inputs, ...graph.outputs, ...graph.constants, ...external].map(({ name }) => name));
  for (const value of graph.values.values()) {
    if (!outside.has(value.name)) message(writer, 13, (inner) => writeValue(inner, value));
  }
}

/** The bytes of an ONNX model file. `locate` says where each stored tensor lies; it is not asked for weights that are inputs. */
export function writeModel(graph: BuiltGraph, locate: (storedName: string) => Location): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, irVersion);
  text(writer, 2, 'nexus-gen-web');
  message(writer, 7, (inner) => writeGraph(inner, graph, locate));
  for (const [domain, version] of [
    ['', opsetVersion],
    ['com.microsoft', 1],
  ] as const) {
    message(writer, 8, (inner) => {
      text(inner, 1, domain);
      integer(inner, 2, version);
    });
  }
  return writer.finish();
}
