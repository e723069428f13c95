/** Element types our graphs use, by their names in the ONNX specification. */
export type ElementType = 'float32' | 'float16' | 'uint8' | 'int32' | 'int64' | 'bool';

/** ONNX TensorProto.DataType numbers (onnx.proto, enum DataType). */
export const elementTypeCode: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

export const elementBytes: Readonly<Record<ElementType, number>> = {
  float32: 4,
  uint8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
};

/** A size known when the graph is built, or the name of one known when it runs ("tokens"). */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** What a weight is for; the precision plan of a bundle decides by it. */
export type WeightRole =
  /** The right side of a large product: 4 or 8 bits where that keeps fidelity. */
  | 'matrix'
  /** A matrix whose error is felt more than others: 8 bits at least. */
  | 'sensitive'
  /** Rows looked up by id. */
  | 'table'
  /** Biases, norm scales and other small things: never quantised below 16 bits. */
  | 'vector';

/** How a weight is stored in a shard. `q4` and `q8`: blocks of 32 inputs, float16 scales, uint8 zero points. */
export type Precision = 'float32' | 'float16' | 'q8' | 'q4';

/** A weight as the checkpoint names it, declared by the piece that uses it. */
export interface WeightDeclaration {
  /** Official tensor name, for instance `model.layers.0.self_attn.q_proj.weight`. */
  readonly name: string;
  /** Shape in the checkpoint: a matrix is [output features, input features]. */
  readonly shape: readonly number[];
  readonly role: WeightRole;
  /** Rows of each block that it is stored in and multiplied by where it is quantised; without it, all of them. */
  readonly blockRows?: number | undefined;
}

/** What is known of a value that flows through a graph before it runs (ONNX's ValueInfo). */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}
