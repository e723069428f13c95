import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openFolder } from '../../cli/files.ts';
import { ort } from '../../cli/ort.ts';
import type { LinearPreview } from '../../model/diffusion/pixels.ts';
import { FailureError, fail, failureOf } from '../../model/failure.ts';
import { readCase } from '../../tools/parity/case-file.ts';
import type { GoldenCase } from '../../tools/parity/component.ts';
import { BuiltPainter } from '../../tools/parity/painter/built-painter.ts';
import { embeddingsInput } from '../../tools/parity/painter/inputs.ts';
import { hostTensor, type Program } from '../../workers/gpu/runtime.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { allResident, allStreamed, type Placement } from '../../workers/painter/flux-weights.ts';
import { type PaintCallbacks, PainterModel } from '../../workers/painter/model.ts';
import type { PainterSource } from '../../workers/painter/source.ts';
import type { Decoder, PaintRequest, Seed } from '../../workers/protocol.ts';
import { goldenCase } from '../helpers/golden.ts';
import { paintRequest } from '../helpers/paint-request.ts';
import { silentPainting } from '../helpers/silent-painting.ts';

const preview: LinearPreview = { matrix: Array.from({ length: 16 }, () => [0.05, 0.02, 0.01]), bias: [0.5, 0.5, 0.5] };

let golden: GoldenCase;
let reads: string[] = [];
beforeAll(async () => {
  const read = async (name: string) => (await readCase(openFolder(goldenCase(name)))).golden;
  const [drawing, encoding] = [await read('pipeline-generation'), await read('vae-encode-wide')];
  // The first case has no encoder; the second one's fits its autoencoder.
  const weights = (name: string) => (name.startsWith('encoder.') ? encoding : drawing).weights(name);
  golden = { ...drawing, weights };
  inner = new BuiltPainter(golden, runtime);
});

const runtime = new WasmRuntime(ort);
let inner: BuiltPainter;
afterAll(async () => {
  await inner.release();
  await runtime.close();
});

/** The tiny painter of a golden case, with previews and a record of the weights it reads. */
function source(): PainterSource {
  reads = [];
  return {
    sizes: inner.sizes,
    preview,
    using: (name, run) => inner.using(name, run),
    program: (name) => inner.program(name),
    fluxWeights: (name) => inner.fluxWeights(name),
    modulationTable: () => inner.modulationTable(),
    readFlux: (decoder: Decoder, name) => {
      reads.push(name);
      return inner.readFlux(decoder, name);
    },
    pooled: () => inner.pooled(),
    negative: () => inner.negative(),
  };
}

function order(changes: Partial<PaintRequest> = {}): PaintRequest {
  const drawing = { target: embeddingsInput(golden, 'target'), reference: null, decoder: 'generation' } as const;
  return paintRequest({ drawing, width: 33, height: 20, ...changes });
}

/** What drawings hold on the device; the graphs' own weights are the source's. */
function held(): readonly string[] {
  return Object.keys(runtime.ledger()).filter((owner) => owner === 'drawing' || owner.endsWith(' decoder'));
}

const never = new AbortController().signal;

async function pixels(placement: Placement, changes: Partial<PaintRequest> = {}): Promise<Uint8ClampedArray> {
  const painter = new PainterModel(runtime, source(), placement);
  const { data } = await painter.paint(order(changes), silentPainting, never);
  await painter.close();
  return data;
}

describe('a drawing', () => {
  it('has sides rounded up to 16 and opaque pixels, and tells each step, preview and tile', async () => {
    const told: string[] = [];
    const painter = new PainterModel(runtime, source(), allResident);
    const callbacks: PaintCallbacks = {
      step: (step, steps, remaining) => told.push(`step ${step} of ${steps}${remaining === 0 ? ', none left' : ''}`),
      preview: ({ width, height, data }) => told.push(`preview ${width}x${height} of ${data.length} bytes`),
      reached: ({ step }) => told.push(`reached ${step}`),
      developing: (tile, tiles) => told.push(`tile ${tile} of ${tiles}`),
    };
    const painting = await painter.paint(order(), callbacks, never);
    expect(painting).toMatchObject({ width: 48, height: 32, end: 'finished' });
    expect(painting.data).toHaveLength(48 * 32 * 4);
    expect(painting.data.every((value, index) => index % 4 !== 3 || value === 255)).toBe(true);
    const shown = 'preview 6x4 of 96 bytes';
    const steps = ['step 1 of 3', 'step 2 of 3', 'step 3 of 3, none left'].flatMap((step, done) => [
      `reached ${done + 1}`,
      step,
      shown,
    ]);
    expect(told).toEqual([...steps, 'tile 1 of 1']);
    await painter.close();
  });

  it('is the same with resident and with streamed weights, and another with another seed', async () => {
    const resident = await pixels(allResident);
    expect(await pixels(allStreamed)).toEqual(resident);
    expect(await pixels(allResident, { seed: '8' as Seed })).not.toEqual(resident);
  });

  it('is steered by the negative branch where CFG is not 1', async () => {
    const withCfg = await pixels(allResident, { cfg: 3 });
    expect(await pixels(allResident, { cfg: 1 })).not.toEqual(withCfg);
  });

  it('keeps to a start picture the more the lower the strength is', async () => {
    const grey = { width: 48, height: 32, data: new Uint8Array(48 * 32 * 3).fill(90) };
    const free = await pixels(allResident);
    const apart = (one: Uint8ClampedArray, other: Uint8ClampedArray) =>
      one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0);
    const kept = await pixels(allResident, { start: { pixels: grey, strength: 0 } });
    const half = await pixels(allResident, { start: { pixels: grey, strength: 0.5 } });
    const all = await pixels(allResident, { start: { pixels: grey, strength: 1 } });
    expect(all).toEqual(free);
    expect(apart(half, kept)).toBeLessThan(apart(free, kept));
  });
});

describe('a device that has no memory for the autoencoder', () => {
  /** The golden painter whose autoencoder lacks memory in its first so many runs. */
  function lacking(failures: number): PainterSource {
    const watched = source();
    let runs = 0;
    return {
      ...watched,
      using: (name, use) =>
        watched.using(name, (program) => {
          const run: Program['run'] = async (...call) => {
            if (name !== 'autoencoder_decode') return program.run(...call);
            runs += 1;
            return runs > failures
              ? program.run(...call)
              : fail('MEMORY_FULL', { graph: name, doing: 'run', bytes: 7 });
          };
          return use({ ...program, run });
        }),
    };
  }

  it('gets the picture in tiles, of the latents that were there, and draws the next one as ever', async () => {
    const changes = { width: 160, height: 144, steps: 1 };
    const painter = new PainterModel(runtime, lacking(1), allResident);
    const first = await painter.paint(order(changes), silentPainting, never);
    expect(held().filter((owner) => owner.endsWith(' decoder'))).toEqual([]);
    const second = await painter.paint(order(changes), silentPainting, never);
    await painter.close();
    expect(second.data).toEqual(await pixels(allResident, changes));
    const apart = first.data.reduce((sum, value, at) => sum + Math.abs(value - (second.data[at] ?? 0)), 0);
    expect(first.end).toBe('finished');
    expect(apart / first.data.length).toBeGreaterThan(0);
    expect(apart / first.data.length).toBeLessThan(40);
  });

  it('fails as that where no tile fits, with the latents’ picture told before', async () => {
    const painter = new PainterModel(runtime, lacking(Number.POSITIVE_INFINITY), allResident);
    const told: string[] = [];
    const callbacks: PaintCallbacks = {
      ...silentPainting,
      step: (step) => told.push(`step ${step}`),
      preview: ({ width, height }) => told.push(`preview ${width}x${height}`),
    };
    const failure = await painter
      .paint(order({ width: 160, height: 144, steps: 2 }), callbacks, never)
      .catch(failureOf);
    expect(failure).toEqual({ code: 'MEMORY_FULL', data: { graph: 'autoencoder_decode', doing: 'run', bytes: 7 } });
    expect(told).toEqual(['step 1', 'preview 20x18', 'step 2', 'preview 20x18']);
    await painter.close();
    expect(held()).toEqual([]);
  });
});

describe('guidance away from a negative branch', () => {
  /** What a drawing looks like and how often it goes through the decoder. */
  async function passes(changes: Partial<PaintRequest>) {
    const watched = source();
    let count = 0;
    const program: PainterSource['program'] = async (name) => {
      const found = await watched.program(name);
      if (name !== 'flux_embed_latents') return found;
      return {
        ...found,
        run: (...call: Parameters<Program['run']>) => {
          count += 1;
          return found.run(...call);
        },
      };
    };
    const painter = new PainterModel(runtime, { ...watched, program }, allResident);
    const { data } = await painter.paint(order({ steps: 4, cfg: 3, ...changes }), silentPainting, never);
    await painter.close();
    return { count, data };
  }

  it.each<[from: number, to: number, count: number]>([
    [0, 1, 8],
    [0, 0.5, 6],
    [0.5, 1, 6],
    [0.25, 0.5, 5],
    [0.26, 0.74, 5],
    [0, 0.1, 5],
    [0.76, 1, 4],
    [0.5, 0.5, 4],
  ])('in steps from %d up to %d of four takes %d passes', async (from, to, count) => {
    expect((await passes({ cfgRange: [from, to] })).count).toBe(count);
  });

  it('in all steps is as without a range, in none as without guidance, and asks then for no negative branch', async () => {
    const all = await passes({});
    const none = await passes({ cfg: 1 });
    expect(await passes({ cfgRange: [0, 1] })).toEqual(all);
    expect(await passes({ cfgRange: [0.8, 1] })).toEqual(none);
    const half = await passes({ cfgRange: [0, 0.5] });
    for (const other of [all, none]) expect(half.data).not.toEqual(other.data);
    expect((await passes({ cfgRange: [0.5, 1] })).data).not.toEqual(half.data);
  });
});

describe('what is kept between drawings', () => {
  it('reads the modulation once for a schedule, guidance and pooled vector, and resident weights once', async () => {
    const painter = new PainterModel(runtime, source(), allResident);
    await painter.paint(order({ cfg: 3 }), silentPainting, never);
    expect(reads.filter((name) => name === 'pipe.dit.blocks.0.norm1_a.linear.weight')).toHaveLength(1);
    reads = [];
    await painter.paint(order({ cfg: 3, seed: '9' as Seed }), silentPainting, never);
    expect(reads).toEqual([]);
    await painter.paint(order({ guidance: 2 }), silentPainting, never);
    expect(reads.every((name) => /embedder|norm1_|norm\.linear|final_norm_out/.test(name))).toBe(true);
    expect(reads).toContain('pipe.dit.final_norm_out.linear.weight');
    await painter.close();
  });

  it('leaves nothing on the device', async () => {
    const painter = new PainterModel(runtime, source(), allResident);
    await painter.paint(order({ cfg: 3 }), silentPainting, never);
    expect(held()).toEqual(['generation decoder']);
    await painter.close();
    expect(held()).toEqual([]);
  });
});

describe('Stop', () => {
  it('ends within a block, keeps the last preview and frees what the drawing held', async () => {
    const stop = new AbortController();
    const painter = new PainterModel(runtime, source(), allStreamed);
    let last: Uint8ClampedArray | null = null;
    let steps = 0;
    const callbacks = {
      ...silentPainting,
      step: () => {
        steps += 1;
      },
      preview: ({ data }: { data: Uint8ClampedArray }) => {
        last = data.slice();
        stop.abort();
      },
    };
    const painting = await painter.paint(order({ steps: 50 }), callbacks, stop.signal);
    expect(steps).toBe(1);
    expect(painting).toMatchObject({ width: 6, height: 4, end: 'stopped' });
    expect(painting.data).toEqual(last);
    expect(held()).toEqual([]);
  });

  it('is a failure of its own before the first preview', async () => {
    const stop = new AbortController();
    stop.abort();
    const painter = new PainterModel(runtime, source(), allStreamed);
    const drawing = painter.paint(order(), silentPainting, stop.signal);
    await expect(drawing).rejects.toSatisfy(
      (error) => error instanceof FailureError && error.failure.code === 'STOPPED',
    );
    expect(held()).toEqual([]);
  });
});

it('a drawing that breaks off while it begins leaves nothing on the device', async () => {
  const painter = new PainterModel(runtime, source(), allStreamed);
  const upload = runtime.upload.bind(runtime);
  let uploads = 0;
  const full = vi.spyOn(runtime, 'upload').mockImplementation((owner, tensor) => {
    if (owner === 'drawing') uploads += 1;
    if (uploads === 5) throw new Error('out of memory');
    return upload(owner, tensor);
  });
  await expect(painter.paint(order(), silentPainting, never)).rejects.toThrow('out of memory');
  full.mockRestore();
  expect(held()).toEqual([]);
  await painter.close();
});

it.each([
  ['between two tiles develops no more of them, and', 1024, { width: 128, height: 34 }],
  ['while the only tile is developed', 64, { width: 8, height: 34 }],
])('Stop %s keeps the last preview', async (_, width, preview) => {
  const stop = new AbortController();
  let developed = 0;
  const decode: Program = {
    async run({ latents }) {
      developed += 1;
      const [, , height = 0, width = 0] = latents?.shape ?? [];
      const size = [1, 3, 8 * height, 8 * width];
      return { image: hostTensor('float32', size, new Float32Array(3 * 64 * height * width)) };
    },
    release: async () => undefined,
  };
  const slow: PainterSource = {
    ...source(),
    using: (name, run) => (name === 'autoencoder_decode' ? run(decode) : inner.using(name, run)),
  };
  const painter = new PainterModel(runtime, slow, allStreamed);
  // A message, as a worker gets it: it can only come in between two tasks.
  const message = new MessageChannel();
  message.port2.onmessage = () => stop.abort();
  const callbacks = { ...silentPainting, developing: () => message.port1.postMessage(null) };
  const painting = await painter.paint(order({ width, height: 272, steps: 1 }), callbacks, stop.signal);
  message.port1.close();
  expect(painting).toMatchObject({ ...preview, end: 'stopped' });
  expect(developed).toBe(1);
  await painter.close();
});

it('refuses a decoder that is not there', async () => {
  const painter = new PainterModel(runtime, source(), allStreamed);
  const { drawing } = order();
  const edit = painter.paint(order({ drawing: { ...drawing, decoder: 'editing' } }), silentPainting, never);
  await expect(edit).rejects.toThrow('DECODER_MISSING');
});
