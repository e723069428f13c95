/** The wasm provider: in Node for the terminal and the golden cases, in the page where there is no WebGPU. */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { fail } from '../../model/failure.ts';
import { type ElementType, elementBytes } from '../../model/onnx/types.ts';
import { nextTask } from '../next-task.ts';
import type { DeviceReport, Ledger } from '../protocol.ts';
import { gatherGraph } from './graph-file.ts';
import { ByteLedger } from './ledger.ts';
import { wasmMemoryBytes } from './memory.ts';
import type { Ort } from './ort-library.ts';
import {
  type DeviceTensor,
  type GraphFile,
  type HostTensor,
  hostTensor,
  type OutputPlace,
  type Program,
  type Runtime,
  type Tensor,
  type TensorData,
} from './runtime.ts';
import { externalBytes, Sessions } from './sessions.ts';
import { countOf, dataOf, emptyData } from './tensor-data.ts';

/** Plain memory that stands for a device's. */
class MemoryTensor implements DeviceTensor {
  readonly place = 'device';
  readonly owner: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  data: TensorData;

  constructor(owner: string, type: ElementType, shape: readonly number[], data: TensorData) {
    this.owner = owner;
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  get bytes(): number {
    return countOf(this.shape) * elementBytes[this.type];
  }
}

function memory(tensor: DeviceTensor): MemoryTensor {
  if (tensor instanceof MemoryTensor) return tensor;
  return fail('UNEXPECTED', { message: 'a tensor of another runtime' });
}

export class WasmRuntime implements Runtime {
  readonly report: DeviceReport;
  readonly memoryBytes = wasmMemoryBytes;
  /** The processor stays. */
  readonly lost = new Promise<never>(() => undefined);
  readonly #ort: Ort;
  readonly #sessions: Sessions;
  readonly #ledger = new ByteLedger();
  readonly #live = new Set<MemoryTensor>();
  /** What the sessions hold of their graphs' external data. */
  readonly #weights = new Map<InferenceSession, { readonly graph: string; readonly bytes: number }>();

  constructor(ort: Ort, notice: DeviceReport['notice'] = null) {
    this.#ort = ort;
    const memory = () => ({ held: this.#ledger.total, available: this.memoryBytes });
    this.#sessions = new Sessions(ort, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' }, memory);
    const threads = ort.env.wasm.numThreads ?? 1;
    this.report = { device: 'wasm', adapter: 'wasm', activations: 'float32', threads, subgroups: 'absent', notice };
  }

  async load(file: GraphFile): Promise<Program> {
    const session = await this.#sessions.create(file);
    const bytes = externalBytes(file);
    // The program must not hold the file: onnxruntime has a copy of its weights.
    const { name } = file;
    if (bytes > 0) this.#keepWeights(session, name, bytes);
    return {
      run: (feeds, places) => this.#run(name, session, feeds, places),
      release: () => this.#release(session),
    };
  }

  async build(...[graph, readStored]: Parameters<Runtime['build']>): Promise<Program> {
    return this.load(await gatherGraph(graph, readStored));
  }

  upload(owner: string, tensor: HostTensor): DeviceTensor {
    return this.#keep(owner, tensor.type, tensor.shape, tensor.data.slice());
  }

  write(tensor: DeviceTensor, { data }: HostTensor): void {
    const { data: held } = memory(tensor);
    const bytesOf = ({ buffer, byteOffset, byteLength }: TensorData) => new Uint8Array(buffer, byteOffset, byteLength);
    bytesOf(held).set(bytesOf(data));
  }

  zeros(owner: string, type: ElementType, shape: readonly number[]): DeviceTensor {
    return this.#keep(owner, type, shape, emptyData(type, countOf(shape)));
  }

  async read(tensor: DeviceTensor): Promise<HostTensor> {
    return hostTensor(tensor.type, tensor.shape, memory(tensor).data.slice());
  }

  async rows(owner: string, tensor: DeviceTensor, first: number, rows: number): Promise<DeviceTensor> {
    const width = tensor.shape.at(-1) ?? 1;
    const data = memory(tensor).data.slice(first * width, (first + rows) * width);
    return this.#keep(owner, tensor.type, [...tensor.shape.slice(0, -2), rows, width], data);
  }

  /** A run on the wasm provider has ended when its promise has; only messages may still wait. */
  settled(): Promise<void> {
    return nextTask();
  }

  free(tensor: DeviceTensor): void {
    const kept = memory(tensor);
    if (this.#live.delete(kept)) this.#ledger.strike(kept.owner, kept.bytes);
  }

  ledger(): Ledger {
    return this.#ledger.entries();
  }

  peakBytes(): number {
    return this.#ledger.peak;
  }

  async close(): Promise<void> {
    for (const session of [...this.#weights.keys()]) await this.#release(session);
    await this.#sessions.close();
    for (const tensor of [...this.#live]) this.free(tensor);
  }

  #keepWeights(session: InferenceSession, graph: string, bytes: number): void {
    this.#weights.set(session, { graph, bytes });
    this.#ledger.book(graph, bytes);
  }

  async #release(session: InferenceSession): Promise<void> {
    await this.#sessions.release(session);
    const kept = this.#weights.get(session);
    if (kept && this.#weights.delete(session)) this.#ledger.strike(kept.graph, kept.bytes);
  }

  async #run(
    name: string,
    session: InferenceSession,
    feeds: Readonly<Record<string, Tensor>>,
    places: Readonly<Record<string, OutputPlace>>,
  ): Promise<Record<string, Tensor>> {
    const inputs = Object.entries(feeds).map(([input, tensor]) => [input, this.#ortTensor(tensor)] as const);
    const results = await this.#sessions.run(name, session, Object.fromEntries(inputs), Object.keys(places));
    // Nothing is kept of a run that did not give all that was asked of it.
    const lacking = Object.keys(places).find((output) => results[output] === undefined);
    if (lacking !== undefined) return fail('RUN_FAILED', { graph: name, reason: `no output ${lacking}` });
    const found = Object.entries(results).map(([output, result]) => [output, result.dims, dataOf(result)] as const);
    const outputs: Record<string, Tensor> = {};
    for (const [output, shape, { type, data }] of found) {
      const place = places[output];
      if (place !== undefined) outputs[output] = this.#placed(hostTensor(type, shape, data), place);
    }
    return outputs;
  }

  #placed(result: HostTensor, place: OutputPlace): Tensor {
    if (place === 'host') return result;
    if ('newFor' in place) return this.#keep(place.newFor, result.type, result.shape, result.data);
    memory(place).data = result.data;
    return place;
  }

  #ortTensor(tensor: Tensor): OrtTensor {
    const data = tensor.place === 'host' ? tensor.data : memory(tensor).data;
    return new this.#ort.Tensor(tensor.type, data, tensor.shape);
  }

  #keep(owner: string, type: ElementType, shape: readonly number[], data: TensorData): MemoryTensor {
    const tensor = new MemoryTensor(owner, type, shape, data);
    this.#live.add(tensor);
    this.#ledger.book(owner, tensor.bytes);
    return tensor;
  }
}
