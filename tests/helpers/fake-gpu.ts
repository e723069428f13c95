/** A graphics card that only keeps books, and an onnxruntime that computes for it on the processor, or lies. */
import { ort } from '../../cli/ort.ts';
import type { Ort } from '../../workers/gpu/ort-library.ts';

export class FakeDevice {
  readonly limits = { maxBufferSize: 2 ** 30 };
  readonly features: ReadonlySet<string>;
  readonly queue = {
    submit: () => undefined,
    writeBuffer: () => undefined,
    onSubmittedWorkDone: async () => undefined,
  };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  lose: (message: string) => void = () => undefined;
  destroyed = false;

  constructor(features: readonly string[]) {
    this.features = new Set(features);
    this.lost = new Promise((resolve) => {
      this.lose = (message) => resolve({ reason: 'unknown', message });
    });
  }

  /** Called where the browser maps a buffer; what it throws is the browser's own error. */
  beforeMap: () => Promise<void> = async () => undefined;

  createBuffer({ size }: { readonly size: number }) {
    const mapAsync = () => this.beforeMap();
    return { size, mapAsync, getMappedRange: () => new ArrayBuffer(size), destroy: () => undefined };
  }

  createCommandEncoder() {
    return { copyBufferToBuffer: () => undefined, finish: () => undefined };
  }

  destroy() {
    this.destroyed = true;
    this.lose('destroyed');
  }
}

export interface CardOptions {
  readonly info?: Partial<GPUAdapterInfo>;
  /** Called before a device is given out; what it throws is the browser's own refusal. */
  readonly beforeDevice?: () => Promise<void>;
}

/** What `navigator.gpu` is on a machine with such a card; `devices` are those that were given out. */
export function fakeGpu(features: readonly string[], { info, beforeDevice }: CardOptions = {}) {
  const devices: FakeDevice[] = [];
  const adapter = {
    features: new Set(features),
    limits: { maxBufferSize: 2 ** 30 },
    info: { vendor: 'fake', architecture: '', description: '', isFallbackAdapter: false, ...info },
    async requestDevice({ requiredFeatures }: { readonly requiredFeatures: readonly string[] }) {
      await beforeDevice?.();
      const device = new FakeDevice(requiredFeatures);
      devices.push(device);
      return device;
    },
  };
  return { gpu: { requestAdapter: async () => adapter }, devices };
}

interface Provider {
  readonly device: FakeDevice;
}

type Session = Awaited<ReturnType<Ort['InferenceSession']['create']>>;

export interface FakeOrtOptions {
  /** Whether a device computes wrongly. */
  readonly lies: (device: FakeDevice) => boolean;
  /** Called before a graph is loaded, or run, on a device; what it throws is onnxruntime's own error. */
  readonly beforeCreate?: (device: FakeDevice) => Promise<void>;
  readonly beforeRun?: (device: FakeDevice) => Promise<void>;
  /** Called before a graph is loaded on the processor. */
  readonly beforeWasm?: () => Promise<void>;
}

export function fakeOrt({ lies, beforeCreate, beforeRun, beforeWasm }: FakeOrtOptions): Ort {
  async function create(
    bytes: Uint8Array,
    options: { executionProviders: (Provider | 'wasm')[]; externalData: never[] },
  ) {
    const [provider] = options.executionProviders;
    if (!provider) throw new Error('no provider');
    const { externalData } = options;
    if (provider === 'wasm') {
      await beforeWasm?.();
      return ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], externalData });
    }
    const { device } = provider;
    await beforeCreate?.(device);
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], externalData });
    // As onnxruntime does: weights in buffers of the device it was given.
    const weights = device.createBuffer({ size: 1000 });
    const run: Session['run'] = async (feeds: Parameters<Session['run']>[0]) => {
      await beforeRun?.(device);
      const results = await session.run(feeds);
      const told = Object.entries(results).map(([name, tensor]) => {
        const { dims, data } = lies(device) ? zeros(tensor) : tensor;
        return [name, onDevice(device, dims, data as Float32Array)] as const;
      });
      return Object.fromEntries(told);
    };
    const release = async () => {
      weights.destroy();
      await session.release();
    };
    return { run, release };
  }
  return { ...ort, InferenceSession: { create } as unknown as Ort['InferenceSession'] };
}

/** As onnxruntime does where outputs stay on the device: a buffer of its own making, which may be read back. */
function onDevice(device: FakeDevice, dims: readonly number[], data: Float32Array) {
  const buffer = device.createBuffer({ size: data.byteLength });
  return ort.Tensor.fromGpuBuffer(buffer as unknown as GPUBuffer, {
    dataType: 'float32',
    dims: [...dims],
    download: async () => data,
    dispose: () => buffer.destroy(),
  });
}

function zeros(tensor: Awaited<ReturnType<Session['run']>>[string] | undefined) {
  const dims = tensor?.dims ?? [];
  const count = dims.reduce((product, size) => product * size, 1);
  return new ort.Tensor('float32', new Float32Array(count), dims);
}
