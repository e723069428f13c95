/** Tensors in GPU buffers: made, filled, read, copied and freed. */
import type { Tensor as OrtTensor } from 'onnxruntime-web';
import { fail } from '../../model/failure.ts';
import { type ElementType, elementBytes } from '../../model/onnx/types.ts';
import type { BufferLedger } from './buffer-ledger.ts';
import type { Ort } from './ort-library.ts';
import { type DeviceTensor, type HostTensor, hostTensor } from './runtime.ts';
import { countOf, viewAs } from './tensor-data.ts';

/** Copies and bindings need whole words; onnxruntime's kernels read up to 16 bytes at once. */
const padding = 16;

export class BufferTensor implements DeviceTensor {
  readonly place = 'device';
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly tensor: OrtTensor;

  constructor(type: ElementType, tensor: OrtTensor) {
    this.type = type;
    this.shape = tensor.dims;
    this.tensor = tensor;
  }

  get buffer(): GPUBuffer {
    return this.tensor.gpuBuffer;
  }

  get bytes(): number {
    return countOf(this.shape) * elementBytes[this.type];
  }
}

export class Buffers {
  readonly #ort: Ort;
  readonly #device: GPUDevice;
  readonly #ledger: BufferLedger;
  readonly #live = new Set<BufferTensor>();

  constructor(ort: Ort, device: GPUDevice, ledger: BufferLedger) {
    this.#ort = ort;
    this.#device = device;
    this.#ledger = ledger;
  }

  /** A zeroed buffer: WebGPU clears what it gives. */
  make(owner: string, type: ElementType, shape: readonly number[]): BufferTensor {
    const bytes = countOf(shape) * elementBytes[type];
    const size = Math.max(padding, Math.ceil(bytes / padding) * padding);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.#device.createBuffer({ label: owner, size, usage });
    const tensor = this.#ort.Tensor.fromGpuBuffer(buffer, {
      dataType: type,
      dims: [...shape],
      dispose: () => buffer.destroy(),
    });
    return this.adopt(owner, type, tensor);
  }

  /** Takes over a tensor that onnxruntime has left on the device. */
  adopt(owner: string, type: ElementType, tensor: OrtTensor): BufferTensor {
    const kept = new BufferTensor(type, tensor);
    this.#live.add(kept);
    this.#ledger.assign(kept.buffer, owner);
    return kept;
  }

  upload(owner: string, tensor: HostTensor): BufferTensor {
    const kept = this.make(owner, tensor.type, tensor.shape);
    this.write(kept, tensor);
    return kept;
  }

  write({ buffer }: BufferTensor, { data }: HostTensor): void {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const whole = bytes.byteLength % 4 === 0 ? bytes : padded(bytes);
    this.#device.queue.writeBuffer(buffer, 0, whole as Uint8Array<ArrayBuffer>);
  }

  async read(tensor: BufferTensor): Promise<HostTensor> {
    const size = Math.ceil(tensor.bytes / 4) * 4;
    const staging = this.#device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    try {
      this.#copy(tensor.buffer, 0, staging, size);
      await staging.mapAsync(GPUMapMode.READ);
      const bytes = new Uint8Array(staging.getMappedRange()).slice(0, tensor.bytes);
      return hostTensor(tensor.type, tensor.shape, viewAs(tensor.type, bytes));
    } finally {
      staging.destroy();
    }
  }

  rows(owner: string, tensor: BufferTensor, first: number, rows: number): BufferTensor {
    const width = tensor.shape.at(-1) ?? 1;
    const rowBytes = width * elementBytes[tensor.type];
    const part = this.make(owner, tensor.type, [...tensor.shape.slice(0, -2), rows, width]);
    this.#copy(tensor.buffer, first * rowBytes, part.buffer, rows * rowBytes);
    return part;
  }

  free(tensor: BufferTensor): void {
    if (!this.#live.delete(tensor)) return;
    this.#ledger.giveBack(tensor.buffer);
    tensor.tensor.dispose();
  }

  freeAll(): void {
    for (const tensor of [...this.#live]) this.free(tensor);
  }

  #copy(from: GPUBuffer, offset: number, to: GPUBuffer, bytes: number): void {
    if (offset % 4 !== 0 || bytes % 4 !== 0) fail('UNEXPECTED', { message: 'a copy of part of a word' });
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, offset, to, 0, bytes);
    this.#device.queue.submit([encoder.finish()]);
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
  whole.set(bytes);
  return whole;
}

export function bufferTensor(tensor: DeviceTensor): BufferTensor {
  if (tensor instanceof BufferTensor) return tensor;
  return fail('UNEXPECTED', { message: 'a tensor of another runtime' });
}
