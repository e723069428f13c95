/** The best runtime a worker can have: WebGPU that passed the self-test, with subgroups if it can, else wasm. */
import { fail } from '../../model/failure.ts';
import type { DeviceReport, OpenOptions } from '../protocol.ts';
import { type Layout, openDevice, type SubgroupChoice } from './device.ts';
import type { Ort } from './ort-library.ts';
import type { Runtime } from './runtime.ts';
import { type SelfTest, selfTest } from './self-test.ts';
import { WasmRuntime } from './wasm-runtime.ts';
import { type CpuFallback, WebGpuRuntime } from './webgpu-runtime.ts';

type Attempt =
  | { readonly kind: 'passed'; readonly runtime: Runtime }
  | { readonly kind: 'absent' }
  | { readonly kind: 'wrong'; readonly device: DeviceReport; readonly verdict: SelfTest };

/**
 * WebGPU that is demanded, not just preferred, has to compute every operator itself: a graph with one that it has no kernel
 * for is then refused.
 *
 * @param layout of convolutions, in place of what suits the adapter
 * @throws where WebGPU is demanded: WEBGPU_MISSING where it is absent, SELF_TEST_FAILED where the device computes wrongly
 */
export async function openRuntime(ort: Ort, wanted: OpenOptions['device'], layout?: Layout): Promise<Runtime> {
  if (wanted === 'wasm') return new WasmRuntime(ort);
  const attempt = await openWebGpu(ort, wanted === 'webgpu' ? 'refused' : 'allowed', layout);
  if (attempt.kind === 'passed') return attempt.runtime;
  if (wanted === 'auto') return new WasmRuntime(ort, attempt.kind === 'absent' ? 'NO_WEBGPU' : 'WEBGPU_WRONG');
  if (attempt.kind === 'absent') return fail('WEBGPU_MISSING', {});
  return fail('SELF_TEST_FAILED', { adapter: attempt.device.adapter, verdict: attempt.verdict });
}

/** Attention kernels that use subgroups are wrong on some adapters; without the feature other kernels are chosen. */
async function openWebGpu(ort: Ort, fallback: CpuFallback, layout?: Layout): Promise<Attempt> {
  const first = await tryDevice(ort, { subgroups: 'if present', notice: null, fallback, layout });
  if (first.kind !== 'wrong' || first.device.subgroups === 'absent') return first;
  return tryDevice(ort, { subgroups: 'leave out', notice: 'SUBGROUPS_DROPPED', fallback, layout });
}

interface Try {
  readonly subgroups: SubgroupChoice;
  readonly notice: DeviceReport['notice'];
  readonly fallback: CpuFallback;
  readonly layout: Layout | undefined;
}

async function tryDevice(ort: Ort, { subgroups, notice, fallback, layout }: Try): Promise<Attempt> {
  const opened = await openDevice(subgroups);
  if (!opened) return { kind: 'absent' };
  const runtime = new WebGpuRuntime(ort, { ...opened, layout: layout ?? opened.layout }, notice, fallback);
  let verdict: SelfTest | null = null;
  try {
    verdict = await selfTest(runtime);
  } finally {
    if (verdict !== 'passed') await runtime.close();
  }
  return verdict === 'passed' ? { kind: 'passed', runtime } : { kind: 'wrong', device: runtime.report, verdict };
}
