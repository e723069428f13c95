/** The GPU device, made by us: maximum limits, float16 where there is any, and subgroups only where they compute rightly. */

/** Subgroups are asked for, or left out because the self-test failed with them. */
export type SubgroupChoice = 'if present' | 'leave out';

/**
 * How onnxruntime computes convolutions: in the order that the graphs have, or channels last, with transpositions before and
 * behind. Graphics cards read channels in fours; in software the transpositions cost as much as the convolutions.
 */
export type Layout = 'NCHW' | 'NHWC';

export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly layout: Layout;
  readonly adapter: string;
  readonly float16: 'present' | 'absent';
  readonly subgroups: 'present' | 'absent';
  /** The computer's memory, rounded by the browser; undefined where it does not say. */
  readonly computerGibibytes: number | undefined;
}

/** The browser has no WebGPU or no adapter for it; or its adapter computes in software, which was not to be taken. */
export type NoDevice = 'absent' | 'software';

/** @param software whether a software adapter will do */
export async function openDevice(choice: SubgroupChoice, software: boolean): Promise<OpenedDevice | NoDevice> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return 'absent';
  if (!software && isSoftware(adapter.info)) return 'software';
  const wanted: GPUFeatureName[] = ['shader-f16', 'timestamp-query'];
  if (choice === 'if present') wanted.push('subgroups');
  const features = wanted.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredFeatures: features, requiredLimits: maximumLimits(adapter) });
  const { vendor, architecture, description } = adapter.info;
  return {
    device,
    layout: isSoftware(adapter.info) ? 'NCHW' : 'NHWC',
    adapter: [vendor, architecture, description].filter((part) => part !== '').join(' '),
    float16: features.includes('shader-f16') ? 'present' : 'absent',
    subgroups: features.includes('subgroups') ? 'present' : 'absent',
    computerGibibytes: computerMemory(),
  };
}

/** Adapters that compute on the processor, by their own names; not all of them say that they are a fallback. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

function isSoftware({ isFallbackAdapter, vendor, architecture, device, description }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || softwareNames.test([vendor, architecture, device, description].join(' '));
}

/** `navigator.deviceMemory`, which not every browser has. */
function computerMemory(): number | undefined {
  const gibibytes: unknown = Reflect.get(navigator, 'deviceMemory');
  return typeof gibibytes === 'number' ? gibibytes : undefined;
}

/** Every limit the adapter offers: the defaults are those of a phone. */
function maximumLimits(adapter: GPUAdapter): Record<string, number> {
  const limits: Record<string, number> = {};
  // Limits are getters of the prototype, so they are enumerated with `in`, not as own keys.
  for (const name in adapter.limits) {
    const value: unknown = Reflect.get(adapter.limits, name);
    if (typeof value === 'number') limits[name] = value;
  }
  return limits;
}
