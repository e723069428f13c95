/** Small questions about the runtime's tensors. */
import { fail } from '../../model/failure.ts';
import { type DeviceTensor, type HostTensor, hostTensor, type Tensor } from '../gpu/runtime.ts';

/** The float32 values of an output that was asked for on the host. */
export function float32Of(tensor: Tensor | undefined): Float32Array {
  const { data } = onHost(tensor);
  return data instanceof Float32Array ? data : fail('UNEXPECTED', { message: 'an output without float32 values' });
}

/** An output that was asked for on the host. */
export function onHost(tensor: Tensor | undefined): HostTensor {
  return tensor?.place === 'host' ? tensor : fail('UNEXPECTED', { message: 'an output that is not on the host' });
}

/** An output that was left on the device. */
export function onDevice(tensor: Tensor | undefined): DeviceTensor {
  return tensor?.place === 'device' ? tensor : fail('UNEXPECTED', { message: 'an output that is not on the device' });
}

/** Rows of equal width as a tensor [rows, width]. */
export function rowsTensor(values: Float32Array, width: number): HostTensor {
  return hostTensor('float32', [values.length / width, width], values);
}
