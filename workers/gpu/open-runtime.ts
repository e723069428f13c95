/** The best runtime a worker can have: WebGPU that passed the self-test, with subgroups if it can, else wasm. */
import { fail } from '../../model/failure.ts';
import type { Ort } from '../ort-library.ts';
import type { OpenOrder } from '../protocol.ts';
import { openDevice } from './device.ts';
import type { Runtime } from './runtime.ts';
import { selfTest } from './self-test.ts';
import { WasmRuntime } from './wasm-runtime.ts';
import { type CpuFallback, WebGpuRuntime } from './webgpu-runtime.ts';

/**
 * WebGPU that is demanded, not just preferred, has to compute every operator itself: a graph with one that it has no kernel
 * for is then refused.
 *
 * @throws WEBGPU_MISSING where WebGPU is demanded and absent, SELF_TEST_FAILED where the device computes wrongly
 */
export async function openRuntime(ort: Ort, wanted: OpenOrder['device']): Promise<Runtime> {
  if (wanted === 'wasm') return new WasmRuntime(ort);
  const first = await openDevice('if present');
  if (!first) return wanted === 'auto' ? new WasmRuntime(ort, 'NO_WEBGPU') : fail('WEBGPU_MISSING', {});
  const fallback = wanted === 'webgpu' ? 'refused' : 'allowed';
  const runtime = new WebGpuRuntime(ort, first, null, fallback);
  const verdict = await selfTest(runtime);
  if (verdict === 'passed') return runtime;
  await runtime.close();
  if (first.subgroups === 'absent') return fail('SELF_TEST_FAILED', { adapter: first.adapter, verdict });
  return openWithoutSubgroups(ort, fallback);
}

/** Attention kernels that use subgroups are wrong on some adapters; without the feature other kernels are chosen. */
async function openWithoutSubgroups(ort: Ort, fallback: CpuFallback): Promise<Runtime> {
  const second = await openDevice('leave out');
  if (!second) return fail('WEBGPU_MISSING', {});
  const runtime = new WebGpuRuntime(ort, second, 'SUBGROUPS_DROPPED', fallback);
  const verdict = await selfTest(runtime);
  if (verdict === 'passed') return runtime;
  await runtime.close();
  return fail('SELF_TEST_FAILED', { adapter: second.adapter, verdict });
}
