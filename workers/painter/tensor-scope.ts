import type { DeviceTensor, Runtime, Tensor } from '../gpu/runtime.ts';

/** The device tensors that one evaluation makes; what is left of them at its end, also after a failure, is freed. */
export class TensorScope {
  readonly #runtime: Runtime;
  readonly #tensors = new Set<DeviceTensor>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  keep<Kept extends Tensor>(tensor: Kept): Kept {
    if (tensor.place === 'device') this.#tensors.add(tensor);
    return tensor;
  }

  /** Frees those of the tensors that this scope made. */
  free(tensors: Iterable<Tensor>): void {
    for (const tensor of tensors) {
      if (tensor.place === 'device' && this.#tensors.delete(tensor)) this.#runtime.free(tensor);
    }
  }

  freeAll(): void {
    this.free([...this.#tensors]);
  }
}
