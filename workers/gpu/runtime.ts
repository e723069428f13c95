/**
 * Where graphs run: WebGPU in a worker of the page, or the wasm provider (also in Node). The verbs of `language/` and
 * `painter/`, the converter and `nexus verify` see only this, so that every device computes by the same code.
 */
import type { ByteSource } from '../../model/checkpoint/source.ts';
import type { Failure } from '../../model/failure.ts';
import type { BuiltGraph } from '../../model/onnx/graph.ts';
import type { ElementType } from '../../model/onnx/types.ts';
import type { DeviceReport, Ledger } from '../protocol.ts';

/** float16 values travel as their 16 bits. */
export type TensorData = Float32Array | Uint16Array | Uint8Array | Int32Array | BigInt64Array;

export interface HostTensor {
  readonly place: 'host';
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A tensor where the device computes: a GPU buffer, or plain memory for wasm. Whoever made it releases it. */
export interface DeviceTensor {
  readonly place: 'device';
  readonly type: ElementType;
  readonly shape: readonly number[];
}

export type Tensor = HostTensor | DeviceTensor;

/** What becomes of an output: read back, left on the device as a new tensor, or written into one that exists. */
export type OutputPlace = 'host' | { readonly newFor: string } | DeviceTensor;

/** A graph that is ready to run. */
export interface Program {
  /**
   * Runs once; never two at a time on a runtime (a mutex sees to it). `places` names every output that is wanted.
   * Throws MEMORY_FULL, RUN_FAILED with the graph's name.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    places: Readonly<Record<string, OutputPlace>>,
  ): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** Reads one stored tensor's bytes (`NAME`, `NAME.q4`, `NAME.scales` …), from a bundle's shard or a checkpoint. */
export type ReadStored = (storedName: string) => Promise<Uint8Array>;

/** A graph as a bundle holds it: the ONNX file, and its external data by file name. */
export interface GraphFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly external: readonly { readonly path: string; readonly data: Uint8Array | ByteSource }[];
}

export interface Runtime {
  readonly report: DeviceReport;
  /** What the device is taken to have for us. */
  readonly memoryBytes: number;
  /** DEVICE_LOST once the device is gone that nobody closed; what is asked of the runtime from then on fails. */
  readonly lost: Promise<Failure>;
  /** From a bundle. */
  load(file: GraphFile): Promise<Program>;
  /** From a graph just built: checks and the converter. Weights that are inputs are fed, not read. */
  build(graph: BuiltGraph, readStored: ReadStored): Promise<Program>;
  /** Copies to the device; the ledger books the bytes under `owner`. */
  upload(owner: string, tensor: HostTensor): DeviceTensor;
  /** Takes the place of what a tensor of equal type and shape holds; work that was submitted before still reads that. */
  write(tensor: DeviceTensor, values: HostTensor): void;
  /** Zeros on the device. */
  zeros(owner: string, type: ElementType, shape: readonly number[]): DeviceTensor;
  read(tensor: DeviceTensor): Promise<HostTensor>;
  /** Rows [first, first + rows) of the second-last axis of [..., rows, width] with leading ones, as a new device tensor. */
  rows(owner: string, tensor: DeviceTensor, first: number, rows: number): Promise<DeviceTensor>;
  /** Resolves when all submitted work is done: pacing, progress and honest timings. */
  settled(): Promise<void>;
  free(tensor: DeviceTensor): void;
  /** Bytes on the device by owner, the weights of loaded graphs under the graph's name. */
  ledger(): Ledger;
  /** The most bytes there were at once. */
  peakBytes(): number;
  /** Releases every program and tensor. */
  close(): Promise<void>;
}

/** A runtime that hands on what it is asked, for those that change a few of the answers. */
export function forwarded(runtime: Runtime): Runtime {
  return {
    report: runtime.report,
    memoryBytes: runtime.memoryBytes,
    lost: runtime.lost,
    load: (file) => runtime.load(file),
    build: (graph, readStored) => runtime.build(graph, readStored),
    upload: (owner, tensor) => runtime.upload(owner, tensor),
    write: (tensor, values) => runtime.write(tensor, values),
    zeros: (owner, type, shape) => runtime.zeros(owner, type, shape),
    read: (tensor) => runtime.read(tensor),
    rows: (owner, tensor, first, rows) => runtime.rows(owner, tensor, first, rows),
    settled: () => runtime.settled(),
    free: (tensor) => runtime.free(tensor),
    ledger: () => runtime.ledger(),
    peakBytes: () => runtime.peakBytes(),
    close: () => runtime.close(),
  };
}

export function hostTensor(type: ElementType, shape: readonly number[], data: TensorData): HostTensor {
  return { place: 'host', type, shape, data };
}
