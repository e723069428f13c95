/** The best runtime a worker can have: WebGPU that passed the self-test, with subgroups if it can, else wasm. */
import { FailureError, fail, failure, failureOf } from '../../model/failure.ts';
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
  /** It computes on the processor, and much slower than the wasm provider does. */
  | { readonly kind: 'software' }
  | { readonly kind: 'wrong'; readonly device: DeviceReport; readonly verdict: SelfTest }
  /** It throws: no device is given, a shader does not compile, the self-test breaks off. */
  | { readonly kind: 'broken'; readonly reason: string };

/** In place of what suits the adapter. */
export interface RuntimeChoice {
  /** Of convolutions. */
  readonly layout?: Layout | undefined;
  /** Between operators. */
  readonly activations?: OpenOptions['activations'];
}

/**
 * WebGPU that is demanded, not just preferred, has to compute every operator itself (a graph with one that it has no kernel
 * for is then refused), and may be a software adapter.
 *
 * @throws ENGINE_LOAD where onnxruntime itself does not start; where WebGPU is demanded: WEBGPU_MISSING where it is absent,
 * WEBGPU_BROKEN where it throws, SELF_TEST_FAILED where the device computes wrongly
 */
export async function openRuntime(
  ort: Ort,
  wanted: OpenOptions['device'],
  { layout, activations }: RuntimeChoice = {},
): Promise<Runtime> {
  if (wanted === 'wasm') return openWasm(ort, null);
  const demanded = wanted === 'webgpu';
  const attempt = await openWebGpu(ort, {
    software: demanded,
    fallback: demanded ? 'refused' : 'allowed',
    layout,
    activations,
  });
  if (attempt.kind === 'passed') return attempt.runtime;
  if (!demanded) return insteadOf(attempt, ort);
  if (attempt.kind === 'wrong') {
    return fail('SELF_TEST_FAILED', { adapter: attempt.device.adapter, verdict: attempt.verdict });
  }
  if (attempt.kind !== 'broken') return fail('WEBGPU_MISSING', {});
  // Where onnxruntime itself does not start, the graphics card is not to blame.
  await (await openWasm(ort, null)).close();
  return fail('WEBGPU_BROKEN', { reason: attempt.reason });
}

const notices = {
  absent: 'NO_WEBGPU',
  software: 'SOFTWARE_ADAPTER',
  wrong: 'WEBGPU_WRONG',
  broken: 'WEBGPU_BROKEN',
} as const satisfies Record<Exclude<Attempt['kind'], 'passed'>, DeviceReport['notice']>;

/** The processor in WebGPU's place. */
async function insteadOf(attempt: Exclude<Attempt, { kind: 'passed' }>, ort: Ort): Promise<Runtime> {
  try {
    return await openWasm(ort, notices[attempt.kind]);
  } catch (error) {
    // A broken attempt may leave onnxruntime unusable in this worker; another worker can start on the processor at once.
    if (attempt.kind === 'broken') return fail('WEBGPU_BROKEN', { reason: attempt.reason });
    throw error;
  }
}

/** @throws ENGINE_LOAD */
async function openWasm(ort: Ort, notice: DeviceReport['notice']): Promise<Runtime> {
  const runtime = new WasmRuntime(ort, notice);
  try {
    // The first graph starts onnxruntime; whatever fails here has nothing to do with a model.
    const verdict = await selfTest(runtime);
    if (verdict !== 'passed') fail('SELF_TEST_FAILED', { adapter: 'wasm', verdict });
    return runtime;
  } catch (error) {
    await runtime.close();
    throw engineError(error);
  }
}

function engineError(error: unknown): FailureError {
  const found = failureOf(error);
  const isEngine = found.code === 'LOAD_FAILED' || found.code === 'RUN_FAILED';
  return new FailureError(isEngine ? failure('ENGINE_LOAD', { reason: found.data.reason }) : found);
}

interface WebGpuOptions extends RuntimeChoice {
  /** Whether a software adapter will do. */
  readonly software: boolean;
  readonly fallback: CpuFallback;
}

/** Attention kernels that use subgroups are wrong on some adapters, or do not compile; without the feature others are chosen. */
async function openWebGpu(ort: Ort, options: WebGpuOptions): Promise<Attempt> {
  const first = await tryDevice(ort, { ...options, subgroups: 'if present', notice: null });
  const isAtFault = first.kind === 'wrong' || first.kind === 'broken';
  if (!isAtFault || (first.kind === 'wrong' && first.device.subgroups === 'absent')) return first;
  return tryDevice(ort, { ...options, subgroups: 'leave out', notice: 'SUBGROUPS_DROPPED' });
}

interface Try extends WebGpuOptions {
  readonly subgroups: SubgroupChoice;
  readonly notice: DeviceReport['notice'];
}

async function tryDevice(
  ort: Ort,
  { subgroups, notice, fallback, layout, activations, software }: Try,
): Promise<Attempt> {
  let runtime: WebGpuRuntime | null = null;
  let passed = false;
  try {
    const opened = await openDevice(subgroups, software);
    if (typeof opened === 'string') return { kind: opened };
    const float16 = activations === 'float32' ? 'absent' : opened.float16;
    runtime = new WebGpuRuntime(ort, { ...opened, float16, layout: layout ?? opened.layout }, notice, fallback);
    const verdict = await selfTest(runtime);
    passed = verdict === 'passed';
    return passed ? { kind: 'passed', runtime } : { kind: 'wrong', device: runtime.report, verdict };
  } catch (error) {
    return { kind: 'broken', reason: reasonOf(error) };
  } finally {
    if (!passed) await runtime?.close().catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  const { data } = failureOf(error);
  if ('reason' in data) return data.reason;
  return 'message' in data ? data.message : failureOf(error).code;
}
