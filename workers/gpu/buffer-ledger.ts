/**
 * The ledger of a GPU device. onnxruntime makes its buffers on the device it is given, too, so the device itself is where all
 * of them can be counted: weights under the graph that was being loaded, what runs need under onnxruntime's own name.
 */
import { ByteLedger } from './ledger.ts';

const library = 'onnxruntime';

export class BufferLedger {
  readonly bytes = new ByteLedger();
  readonly #owners = new Map<GPUBuffer, string>();
  #owner = library;

  constructor(device: GPUDevice) {
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => this.#booked(createBuffer(descriptor));
  }

  /** Buffers that are made until `task` has ended belong to `owner`; no two such tasks at a time. */
  async during<Result>(owner: string, task: () => Promise<Result>): Promise<Result> {
    this.#owner = owner;
    try {
      return await task();
    } finally {
      this.#owner = library;
    }
  }

  /** Books a buffer, for instance one that onnxruntime made for an output, under another owner. */
  assign(buffer: GPUBuffer, owner: string): void {
    if (!this.#owners.has(buffer)) return;
    this.#strike(buffer);
    this.#book(buffer, owner);
  }

  /** From now on onnxruntime may keep it for its next run, or destroy it. */
  giveBack(buffer: GPUBuffer): void {
    this.assign(buffer, library);
  }

  #booked(buffer: GPUBuffer): GPUBuffer {
    this.#book(buffer, this.#owner);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      this.#strike(buffer);
      return destroy();
    };
    return buffer;
  }

  #book(buffer: GPUBuffer, owner: string): void {
    this.#owners.set(buffer, owner);
    this.bytes.book(owner, buffer.size);
  }

  #strike(buffer: GPUBuffer): void {
    const owner = this.#owners.get(buffer);
    if (owner === undefined) return;
    this.#owners.delete(buffer);
    this.bytes.strike(owner, buffer.size);
  }
}
