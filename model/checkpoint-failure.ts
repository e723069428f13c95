import type { FileKind, ModelKind, TensorDifference } from './recognised.ts';

/** The failures of reading a checkpoint and of converting it. */
export interface CheckpointFailureData {
  /** A file that ends early, or whose numbers point outside it. */
  FILE_TRUNCATED: { readonly file: string; readonly needed: number; readonly size: number };
  /** A configuration file that is no JSON; lines and columns count from 1. */
  CONFIG_JSON: {
    readonly file: string;
    readonly problem: 'byte-order-mark' | 'not-finite' | 'syntax' | 'surrogate' | 'depth' | 'values';
    readonly line: number;
    readonly column: number;
  };
  /** A checkpoint's config.json lacks a key or has one that cannot be; `key` is its path. */
  CONFIG_INVALID: { readonly key: string; readonly expected: string; readonly actual: string };
  /** A file is none of the formats that can be read in its place. */
  CHECKPOINT_FORMAT: { readonly file: string; readonly looksLike: FileKind };
  /** A safetensors header whose length is impossible or above the limit. */
  HEADER_LENGTH: { readonly file: string; readonly length: number; readonly limit: number };
  /** More tensors or records in one file than any checkpoint of ours has. */
  HEADER_TOO_MANY: { readonly file: string; readonly count: number; readonly limit: number };
  /** A safetensors header that is no valid header; `at` is a key where one can be named, else empty. */
  HEADER_JSON: {
    readonly file: string;
    readonly problem: 'encoding' | 'syntax' | 'depth' | 'surrogate' | 'duplicate-key' | 'entry' | 'metadata' | 'number';
    readonly at: string;
  };
  /** Tensors of a safetensors file that overlap, leave a hole, do not fill the file or lie about their length. */
  TENSOR_LAYOUT: {
    readonly file: string;
    readonly tensor: string;
    readonly problem: 'overlap' | 'hole' | 'trailing' | 'length';
  };
  /** A shape that is no list of whole numbers or whose product is no exact count. */
  TENSOR_SHAPE: { readonly file: string; readonly tensor: string; readonly shape: string };
  /** An element type that cannot be read as weights. */
  TENSOR_TYPE: { readonly file: string; readonly tensor: string; readonly type: string };
  /** A tensor whose elements lie outside its storage, or share memory with each other. */
  TENSOR_BOUNDS: { readonly file: string; readonly tensor: string };
  /** A tensor that is asked for and absent. */
  TENSOR_MISSING: { readonly file: string; readonly tensor: string };
  /** Weights that cannot be right: not a number, infinite, or a whole matrix of zeros. */
  TENSOR_VALUES: { readonly file: string; readonly tensor: string; readonly problem: 'nan' | 'infinite' | 'zeros' };
  /** A pickle that asks for something other than data; `what` is the name or opcode it gave. */
  PICKLE_REFUSED: { readonly file: string; readonly what: string };
  /** A pickle that is damaged, too large, or holds something other than named tensors. */
  PICKLE_CORRUPT: {
    readonly file: string;
    readonly problem:
      | 'truncated'
      | 'stack'
      | 'memo'
      | 'limit'
      | 'text'
      | 'number'
      | 'key'
      | 'duplicate-key'
      | 'trailing'
      | 'persistent-id'
      | 'rebuild'
      | 'not-a-dictionary'
      | 'not-a-tensor';
    /** A name, or the byte at which reading ended. */
    readonly at: string | number;
  };
  /** A pickle whose tensors lie in a dictionary inside, under the key `at`: whole, but not in the form that is read. */
  PICKLE_NESTED: { readonly file: string; readonly at: string };
  /** A zip archive whose records contradict each other, or that needs a feature no checkpoint uses. */
  ZIP_MISMATCH: {
    readonly file: string;
    readonly entry: string;
    readonly problem:
      | 'no-directory'
      | 'directory'
      | 'compressed'
      | 'flags'
      | 'name'
      | 'duplicate'
      | 'size'
      | 'local-header'
      | 'overlap'
      | 'checksum'
      | 'byte-order'
      | 'no-pickle'
      | 'missing-storage';
  };
  /** The index of a sharded checkpoint and its shards disagree. */
  SHARD_MISMATCH: {
    readonly file: string;
    readonly shard: string;
    readonly tensor: string;
    readonly problem: 'index' | 'shard-missing' | 'tensor-missing' | 'duplicate';
  };
  /** The right format, but not the model that is expected here; the first differences are named. */
  MODEL_MISMATCH: {
    readonly file: string;
    readonly looksLike: ModelKind;
    readonly expected: ModelKind;
    readonly differences: readonly TensorDifference[];
    readonly count: number;
  };
  /** Files without which there is nothing to convert. */
  SOURCE_MISSING: { readonly files: readonly string[] };
  /** A file changed while it was being read. */
  SOURCE_CHANGED: { readonly file: string };
  /** A weight beyond float16's range where it is to be stored in 16 bits. */
  FLOAT16_OVERFLOW: { readonly tensor: string; readonly value: number };
  /** A thread that quantises is gone: out of memory, or ended from outside. */
  QUANTISER_ENDED: { readonly reason: string };
}
