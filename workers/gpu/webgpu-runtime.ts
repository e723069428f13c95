/** The WebGPU provider on a device of our own. */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { type Failure, FailureError, fail, failure } from '../../model/failure.ts';
import type { ElementType } from '../../model/onnx/types.ts';
import type { DeviceReport, Ledger } from '../protocol.ts';
import { BufferBooks } from './buffer-books.ts';
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
  readonly #books: BufferBooks;
  readonly #buffers: Buffers;
  #lost: Failure | null = null;
  #closed = false;

  constructor(ort: Ort, opened: OpenedDevice, notice: DeviceReport['notice'], fallback: CpuFallback) {
    this.#ort = ort;
    this.#device = opened.device;
    this.#books = new BufferBooks(opened.device);
    this.#buffers = new Buffers(ort, opened.device, this.#books);
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
    this.#sessions = new Sessions(ort, options, (graph, load) => this.#books.during(graph, load));
    this.memoryBytes = graphicsMemoryBytes(opened.device.limits.maxBufferSize, opened.computerGibibytes);
    this.report = {
      device: 'webgpu',
      adapter: opened.adapter,
      activations: opened.float16 === 'present' ? 'float16' : 'float32',
      subgroups: notice === 'SUBGROUPS_DROPPED' ? 'dropped' : opened.subgroups === 'present' ? 'used' : 'absent',
      notice,
    };
    const lost = Promise.withResolvers<Failure>();
    this.lost = lost.promise;
    void opened.device.lost.then(({ reason, message }) => {
      this.#lost = failure('DEVICE_LOST', { reason: message === '' ? reason : message });
      if (!this.#closed) lost.resolve(this.#lost);
    });
  }

  async load(file: GraphFile): Promise<Program> {
    this.#refuseWhenLost();
    const session = await this.#whileAlive(() => this.#sessions.create(file));
    return {
      run: (feeds, places) => this.#run(file.name, session, feeds, places),
      release: () => this.#sessions.release(session),
    };
  }

  async build(...[graph, readStored]: Parameters<Runtime['build']>): Promise<Program> {
    return this.load(await gatherGraph(graph, readStored));
  }

  upload(owner: string, tensor: HostTensor): DeviceTensor {
    return this.#buffers.upload(owner, tensor);
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
    return this.#books.ledger.entries();
  }

  peakBytes(): number {
    return this.#books.ledger.peak;
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
    for (const [output, place] of Object.entries(places)) {
      const result = results[output];
      if (!result) return fail('RUN_FAILED', { graph: name, reason: `no output ${output}` });
      outputs[output] = await this.#placed(result, place);
    }
    return outputs;
  }

  async #placed(result: OrtTensor, place: OutputPlace): Promise<Tensor> {
    if (place === 'host') return this.#whileAlive(() => downloaded(result));
    if ('newFor' in place) return this.#buffers.adopt(place.newFor, elementTypeOf(result), result);
    return place;
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
      // The loss is reported a moment after the work that it broke.
      await Promise.race([this.#device.lost, new Promise((resolve) => setTimeout(resolve, 50))]);
      this.#refuseWhenLost();
      throw error;
    }
  }
}

function existing(place: OutputPlace): OrtTensor | null {
  return place === 'host' || 'newFor' in place ? null : bufferTensor(place).tensor;
}

async function downloaded(result: OrtTensor): Promise<HostTensor> {
  if (result.location === 'gpu-buffer') await result.getData(true);
  const { type, data } = dataOf(result);
  return hostTensor(type, result.dims, data);
}
