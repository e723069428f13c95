/** A painting of which an area alone is free, on the painter of a golden case: latents at every step, and pixels. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder } from '../../cli/files.ts';
import { ort } from '../../cli/ort.ts';
import { partlyNoisy } from '../../model/diffusion/euler.ts';
import type { KeptLatents } from '../../model/diffusion/inpainting.ts';
import { patchify } from '../../model/diffusion/latents.ts';
import type { Mask } from '../../model/image/mask.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { resize } from '../../model/image/resize.ts';
import { readCase } from '../../tools/parity/case-file.ts';
import type { GoldenCase } from '../../tools/parity/component.ts';
import { BuiltPainter } from '../../tools/parity/painter/built-painter.ts';
import { embeddingsInput } from '../../tools/parity/painter/inputs.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { condition } from '../../workers/painter/condition.ts';
import { FluxDecoder } from '../../workers/painter/flux-decoder.ts';
import { allResident } from '../../workers/painter/flux-weights.ts';
import { PainterModel } from '../../workers/painter/model.ts';
import { Pace } from '../../workers/painter/pace.ts';
import { type PaintSettings, paint } from '../../workers/painter/paint.ts';
import type { PaintRequest } from '../../workers/protocol.ts';
import { goldenCase } from '../helpers/golden.ts';
import { paintRequest } from '../helpers/paint-request.ts';
import { silentPainting } from '../helpers/silent-painting.ts';

const runtime = new WasmRuntime(ort);
let golden: GoldenCase;
let source: BuiltPainter;
beforeAll(async () => {
  const read = async (name: string) => (await readCase(openFolder(goldenCase(name)))).golden;
  const [drawing, encoding] = [await read('pipeline-generation'), await read('vae-encode-wide')];
  // The first case has no encoder; the second one's fits its autoencoder.
  const weights = (name: string) => (name.startsWith('encoder.') ? encoding : drawing).weights(name);
  golden = { ...drawing, weights };
  source = new BuiltPainter(golden, runtime);
});
afterAll(async () => {
  await source.release();
  await runtime.close();
});

const never = new AbortController().signal;

describe('followed through the flow', () => {
  const [height, width] = [4, 6];
  const places = height * width;
  /** The upper left corner is free. */
  const corner = Uint8Array.from({ length: places }, (_, at) => +(at % width < 3 && at < 2 * width));

  async function painted(
    free: Uint8Array | null,
    onVelocity: (step: number, latents: Float32Array) => void = () => undefined,
  ) {
    const target = embeddingsInput(golden, 'target');
    const text = await condition(source, {
      decoder: 'generation',
      target,
      reference: null,
      latentSize: [height, width],
    });
    const latents = Float32Array.from({ length: 16 * places }, (_, at) => Math.sin(at));
    const kept: KeptLatents | null = free && { latents, free };
    const settings: PaintSettings = {
      size: [height, width],
      seed: '7',
      schedule: source.sizes.schedule,
      steps: 3,
      start: null,
      kept,
      resume: null,
      guidance: 3.5,
      cfg: 1,
      cfgRange: [0, 1],
      stepCache: 0,
      positive: { ...text, pooled: await source.pooled() },
      negative: null,
    };
    const flux = new FluxDecoder(runtime, source, 'generation', allResident);
    const { velocity } = flux;
    flux.velocity = (branch, step, tokens, pace) => {
      onVelocity(step, tokens);
      return velocity.call(flux, branch, step, tokens, pace);
    };
    try {
      return { own: latents, ...(await paint(flux, settings, new Pace(runtime, never))) };
    } finally {
      await flux.close();
    }
  }

  it('the decoder sees the picture’s own latents outside at every step, as noisy as the step, and they end as they are', async () => {
    const seen: Float32Array[] = [];
    const { own, noise, latents, sigmas } = await painted(corner, (_, tokens) => seen.push(tokens));
    expect(seen).toHaveLength(3);
    for (const [step, sigma] of sigmas.entries()) {
      const expected = patchify({ ...noise, data: partlyNoisy(own, noise.data, sigma) }, 2);
      const outside = patchify(
        { ...noise, data: Float32Array.from(own, (_, at) => 1 - (corner[at % places] ?? 0)) },
        2,
      );
      const differ = expected.reduce((sum, value, at) => sum + +(outside[at] === 1 && seen[step]?.[at] !== value), 0);
      expect(differ, `step ${step}`).toBe(0);
    }
    const isFree = (at: number) => corner[at % places] === 1;
    expect(latents.data.filter((_, at) => !isFree(at))).toEqual(own.filter((_, at) => !isFree(at)));
    const changed = latents.data.filter((value, at) => isFree(at) && value !== own[at]);
    expect(changed).toHaveLength(16 * 6);
  });

  it('where all is free not a bit is another, and where nothing is the picture comes back', async () => {
    const plain = await painted(null);
    expect((await painted(new Uint8Array(places).fill(1))).latents).toEqual(plain.latents);
    const nothing = await painted(new Uint8Array(places));
    expect(nothing.latents.data).toEqual(nothing.own);
  });
});

describe('in pixels', () => {
  const [width, height] = [48, 32];
  const photo: RgbImage = {
    width: 96,
    height: 64,
    data: Uint8Array.from({ length: 96 * 64 * 3 }, (_, at) => 128 + 90 * Math.sin(at / 31)),
  };
  const half: Mask = { width: 12, height: 8, marked: Uint8Array.from({ length: 96 }, (_, at) => +(at % 12 < 6)) };

  async function pixels(changes: Partial<PaintRequest>): Promise<Uint8ClampedArray> {
    const painter = new PainterModel(runtime, source, allResident);
    const drawing = { target: embeddingsInput(golden, 'target'), reference: null, decoder: 'generation' } as const;
    const { data } = await painter.paint(paintRequest({ drawing, width, height, ...changes }), silentPainting, never);
    await painter.close();
    return data;
  }

  const colours = (rgba: Uint8ClampedArray) => rgba.filter((_, at) => at % 4 !== 3);

  it('what is outside is the picture’s own to the bit, and inside it is painted', async () => {
    const found = colours(await pixels({ area: { pixels: photo, mask: half } }));
    const own = resize(photo, { width, height }, 'bicubic').data;
    const isOutside = (at: number) => Math.floor(at / 3) % width >= width / 2;
    expect(found.filter((_, at) => isOutside(at))).toEqual(new Uint8ClampedArray(own.filter((_, at) => isOutside(at))));
    const changed = found.filter((value, at) => !isOutside(at) && value !== own[at]);
    expect(changed.length).toBeGreaterThan((found.length / 2) * 0.8);
  });

  it('all of it selected is as if nothing had been, bit for bit; nothing of it is the picture', async () => {
    const mask = (value: number): Mask => ({ width: 1, height: 1, marked: Uint8Array.of(value) });
    expect(await pixels({ area: { pixels: photo, mask: mask(1) } })).toEqual(await pixels({}));
    const nothing = colours(await pixels({ area: { pixels: photo, mask: mask(0) } }));
    expect(nothing).toEqual(new Uint8ClampedArray(resize(photo, { width, height }, 'bicubic').data));
  });

  it('goes together with a start that is only partly to change', async () => {
    const start = { pixels: photo, strength: 0.5 };
    const found = colours(await pixels({ start, area: { pixels: photo, mask: half } }));
    const whole = colours(await pixels({ start }));
    const own = resize(photo, { width, height }, 'bicubic').data;
    const outside = (at: number) => Math.floor(at / 3) % width >= width / 2;
    expect(found.filter((_, at) => outside(at))).toEqual(new Uint8ClampedArray(own.filter((_, at) => outside(at))));
    expect(found).not.toEqual(whole);
  });
});
