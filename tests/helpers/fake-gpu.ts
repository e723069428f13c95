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

  createBuffer({ size }: { readonly size: number }) {
    return { size, destroy: () => undefined };
  }

  createCommandEncoder() {
    return { copyBufferToBuffer: () => undefined, finish: () => undefined };
  }

  destroy() {
    this.destroyed = true;
    this.lose('destroyed');
  }
}

/** What `navigator.gpu` is on a machine with such a card; `devices` are those that were given out. */
export function fakeGpu(features: readonly string[]) {
  const devices: FakeDevice[] = [];
  const adapter = {
    features: new Set(features),
    limits: { maxBufferSize: 2 ** 30 },
    info: { vendor: 'fake', architecture: '', description: '' },
    async requestDevice({ requiredFeatures }: { readonly requiredFeatures: readonly string[] }) {
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
  /** Called before each run; what it throws is onnxruntime's own error. */
  readonly beforeRun?: (device: FakeDevice) => Promise<void>;
}

export function fakeOrt({ lies, beforeRun }: FakeOrtOptions): Ort {
  async function create(bytes: Uint8Array, options: { executionProviders: Provider[]; externalData: never[] }) {
    const [provider] = options.executionProviders;
    if (!provider) throw new Error('no provider');
    const { device } = provider;
    const { externalData } = options;
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], externalData });
    // As onnxruntime does: weights in buffers of the device it was given.
    const weights = device.createBuffer({ size: 1000 });
    const run: Session['run'] = async (feeds: Parameters<Session['run']>[0]) => {
      await beforeRun?.(device);
      const results = await session.run(feeds);
      return lies(device)
        ? Object.fromEntries(Object.keys(results).map((name) => [name, zeros(results[name])]))
        : results;
    };
    const release = async () => {
      weights.destroy();
      await session.release();
    };
    return { run, release };
  }
  return { ...ort, InferenceSession: { create } as unknown as Ort['InferenceSession'] };
}

function zeros(tensor: Awaited<ReturnType<Session['run']>>[string] | undefined) {
  const dims = tensor?.dims ?? [];
  const count = dims.reduce((product, size) => product * size, 1);
  return new ort.Tensor('float32', new Float32Array(count), dims);
}
