/** The WebGPU provider on a device of our own. */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { type Failure, FailureError, fail, failure } from '../../model/failure.ts';
import type { ElementType } from '../../model/onnx/types.ts';
import type { DeviceReport, Ledger } from '../protocol.ts';
import { BufferLedger } from './buffer-ledger.ts';
import { Buffers, bufferTensor } from './buffers.ts';
import type { OpenedDevice } from './device.ts';
import { gatherGraph } from './graph-file.ts';
import { graphicsMemoryBytes } from './memory.ts';
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
} from './runtime.ts';
import { Sessions } from './sessions.ts';
import { dataOf, elementTypeOf } from './tensor-data.ts';

/** What becomes of a node that has no kernel on the GPU: its graph is refused, or the CPU computes it. */
export type CpuFallback = 'refused' | 'allowed';

export class WebGpuRuntime implements Runtime {
  readonly report: DeviceReport;
  readonly memoryBytes: number;
  readonly lost: Promise<Failure>;
  readonly #ort: Ort;
  readonly #device: GPUDevice;
  readonly #sessions: Sessions;
  readonly #ledger: BufferLedger;
  readonly #buffers: Buffers;
  #lost: Failure | null = null;
  #closed = false;

  constructor(ort: Ort, opened: OpenedDevice, notice: DeviceReport['notice'], fallback: CpuFallback) {
    this.#ort = ort;
    this.#device = opened.device;
    this.#ledger = new BufferLedger(opened.device);
    this.#buffers = new Buffers(ort, opened.device, this.#ledger);
    const options: InferenceSession.SessionOptions = {
      executionProviders: [
        {
          name: 'webgpu',
          device: opened.device,
          preferredLayout: opened.layout,
          // Partial sums of a float16 product overflow where the product itself does not.
          enableMatmulFp32Accumulation: true,
        },
      ],
      preferredOutputLocation: 'gpu-buffer',
      graphOptimizationLevel: 'all',
      extra: { session: { disable_cpu_ep_fallback: fallback === 'refused' ? '1' : '0' } },
    };
    const memory = () => ({ held: this.#ledger.bytes.total, available: this.memoryBytes });
    this.#sessions = new Sessions(ort, options, memory, (graph, load) => this.#ledger.during(graph, load));
    this.memoryBytes = graphicsMemoryBytes(opened.device.limits.maxBufferSize, opened.computerGibibytes);
    this.report = {
      device: 'webgpu',
      adapter: opened.adapter,
      activations: opened.float16 === 'present' ? 'float16' : 'float32',
      threads: 1,
      subgroups: notice === 'SUBGROUPS_DROPPED' ? 'dropped' : opened.subgroups === 'present' ? 'used' : 'absent',
      notice,
    };
    const lost = Promise.withResolvers<Failure>();
    this.lost = lost.promise;
    void opened.device.lost.then(({ reason, message }) => {
      this.#lost = failure('DEVICE_LOST', { reason: message === '' ? reason : message, times: 1 });
      if (!this.#closed) lost.resolve(this.#lost);
    });
  }

  async load(file: GraphFile): Promise<Program> {
    this.#refuseWhenLost();
    const session = await this.#whileAlive(() => this.#sessions.create(file));
    // The program must not hold the file: its weights are on the device.
    const { name } = file;
    return {
      run: (feeds, places) => this.#run(name, session, feeds, places),
      release: () => this.#sessions.release(session),
    };
  }

  async build(...[graph, readStored]: Parameters<Runtime['build']>): Promise<Program> {
    return this.load(await gatherGraph(graph, readStored));
  }

  upload(owner: string, tensor: HostTensor): DeviceTensor {
    return this.#buffers.upload(owner, tensor);
  }

  write(tensor: DeviceTensor, values: HostTensor): void {
    this.#buffers.write(bufferTensor(tensor), values);
  }

  zeros(owner: string, type: ElementType, shape: readonly number[]): DeviceTensor {
    return this.#buffers.make(owner, type, shape);
  }

  read(tensor: DeviceTensor): Promise<HostTensor> {
    return this.#whileAlive(() => this.#buffers.read(bufferTensor(tensor)));
  }

  async rows(owner: string, tensor: DeviceTensor, first: number, rows: number): Promise<DeviceTensor> {
    return this.#buffers.rows(owner, bufferTensor(tensor), first, rows);
  }

  settled(): Promise<void> {
    return this.#whileAlive(async () => {
      await this.#device.queue.onSubmittedWorkDone();
    });
  }

  free(tensor: DeviceTensor): void {
    this.#buffers.free(bufferTensor(tensor));
  }

  ledger(): Ledger {
    return this.#ledger.bytes.entries();
  }

  peakBytes(): number {
    return this.#ledger.bytes.peak;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sessions.idle();
    // Outputs that a session left on the device go before it: their allocator ends with the last session.
    this.#buffers.freeAll();
    await this.#sessions.close();
    this.#device.destroy();
  }

  async #run(
    name: string,
    session: InferenceSession,
    feeds: Readonly<Record<string, Tensor>>,
    places: Readonly<Record<string, OutputPlace>>,
  ): Promise<Record<string, Tensor>> {
    this.#refuseWhenLost();
    const inputs = Object.entries(feeds).map(([input, tensor]) => [input, this.#ortTensor(tensor)] as const);
    const fetches = Object.entries(places).map(([output, place]) => [output, existing(place)] as const);
    const results = await this.#whileAlive(() =>
      this.#sessions.run(name, session, Object.fromEntries(inputs), Object.fromEntries(fetches)),
    );
    const outputs: Record<string, Tensor> = {};
    const unplaced = new Map(Object.entries(results));
    try {
      for (const [output, place] of Object.entries(places)) {
        const result = unplaced.get(output);
        if (!result) return fail('RUN_FAILED', { graph: name, reason: `no output ${output}` });
        outputs[output] = await this.#placed(result, place);
        unplaced.delete(output);
      }
      return outputs;
    } catch (error) {
      // Whoever asked gets none of them, so nobody else could free them.
      for (const [output, place] of Object.entries(places)) this.#discard(place, outputs[output], unplaced.get(output));
      throw error;
    }
  }

  async #placed(result: OrtTensor, place: OutputPlace): Promise<Tensor> {
    if (place === 'host') return this.#whileAlive(() => downloaded(result));
    if ('newFor' in place) return this.#buffers.adopt(place.newFor, elementTypeOf(result), result);
    return place;
  }

  /** An output that exists already stays its owner's. */
  #discard(place: OutputPlace, placed: Tensor | undefined, unplaced: OrtTensor | undefined): void {
    if (existing(place) !== null) return;
    if (placed?.place === 'device') this.free(placed);
    unplaced?.dispose();
  }

  #ortTensor(tensor: Tensor): OrtTensor {
    if (tensor.place === 'device') return bufferTensor(tensor).tensor;
    return new this.#ort.Tensor(tensor.type, tensor.data, tensor.shape);
  }

  #refuseWhenLost(): void {
    if (this.#lost !== null) throw new FailureError(this.#lost);
  }

  /** What fails because the device went away says so. */
  async #whileAlive<Result>(task: () => Promise<Result>): Promise<Result> {
    try {
      return await task();
    } catch (error) {
      // The loss is reported a while after the work that it broke.
      await Promise.race([this.#device.lost, new Promise((resolve) => setTimeout(resolve, lossReportMs))]);
      this.#refuseWhenLost();
      if (saysLost(error)) throw new FailureError(failure('DEVICE_LOST', { reason: '', times: 1 }));
      throw error;
    }
  }
}

/** How long the browser may take to report a loss: a crash of its graphics process tears down what waits for it first. */
const lossReportMs = 1000;

/** What browsers and onnxruntime say once the device is gone, also where its loss is never reported. */
const lossSigns = /device (is|was) lost|lost device|instance (reference|dropped)|GPUDevice.*destroyed|mapAsync/i;

function saysLost(error: unknown): boolean {
  return lossSigns.test(error instanceof Error ? error.message : String(error)) || isAborted(error);
}

/** A buffer that cannot be mapped any more: WebGPU gives no other reason for these two than a device that went away. */
function isAborted(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'AbortError' || error.name === 'OperationError');
}

function existing(place: OutputPlace): OrtTensor | null {
  return place === 'host' || 'newFor' in place ? null : bufferTensor(place).tensor;
}

async function downloaded(result: OrtTensor): Promise<HostTensor> {
  if (result.location === 'gpu-buffer') await result.getData(true);
  const { type, data } = dataOf(result);
  return hostTensor(type, result.dims, data);
}
