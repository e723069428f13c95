/** The painter: one bundle's decoders and autoencoder on one runtime, and a drawing from its request to its pixels. */

import { guidesAny } from '../../model/diffusion/guidance.ts';
import type { Planes } from '../../model/diffusion/latents.ts';
import { previewBytes, rgbBytes, rgbPlanes } from '../../model/diffusion/pixels.ts';
import { packed, unpacked } from '../../model/diffusion/sampler-state.ts';
import { fail, failureOf } from '../../model/failure.ts';
import { keepOutside, maskedCells } from '../../model/image/mask.ts';
import { type RgbImage, withAlpha } from '../../model/image/pixels.ts';
import { resize } from '../../model/image/resize.ts';
import { keepRest } from '../../model/image/unedited.ts';
import { autoencoderFactor } from '../../model/pieces/autoencoder.ts';
import { zeroIds } from '../../model/tables/flux-positions.ts';
import type { Runtime } from '../gpu/runtime.ts';
import type { Decoder, Painting, PaintRequest, SamplerState } from '../protocol.ts';
import { condition } from './condition.ts';
import { develop, encode, inTilesThatFit } from './develop.ts';
import { FluxDecoder } from './flux-decoder.ts';
import type { Placement } from './flux-weights.ts';
import { Pace } from './pace.ts';
import { type BranchText, type PaintSettings, paint } from './paint.ts';
import type { PainterSource } from './source.ts';

export interface Preview {
  readonly width: number;
  readonly height: number;
  /** RGBA, opaque. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** What a drawing tells while it is made. */
export interface PaintCallbacks {
  step(step: number, steps: number, remainingMs: number): void;
  /** The predicted clean picture, one pixel for each latent position. */
  preview(picture: Preview): void;
  /** Behind each step, from where the painting can be gone on with. */
  reached(state: SamplerState): void;
  developing(tile: number, tiles: number): void;
}

type LatentSize = PaintSettings['size'];

export class PainterModel {
  readonly #runtime: Runtime;
  readonly #source: PainterSource;
  readonly #placement: Placement;
  /** The decoder that drew last; the other one's weights are not kept beside it. */
  #flux: { readonly kind: Decoder; readonly decoder: FluxDecoder } | null = null;

  constructor(runtime: Runtime, source: PainterSource, placement: Placement) {
    this.#runtime = runtime;
    this.#source = source;
    this.#placement = placement;
  }

  /**
   * Draws one picture, its sides rounded up to whole patches of latents. When `signal` aborts it stops within one block: the
   * painting is then the last preview, or STOPPED is thrown where there was none yet. One drawing at a time.
   *
   * Where the device lacks the memory to develop it, the latents are kept and developed in smaller tiles; where those do not help
   * either, the last preview told is theirs.
   *
   * @throws DECODER_MISSING, NEGATIVE_UNAVAILABLE, NEGATIVE_LAYERS, SCHEDULE_UNAVAILABLE, MEMORY_FULL, NOT_FINITE, RUN_FAILED, and LATENTS_GONE where
   * what is to be resumed is no state of this painting
   */
  async paint(request: PaintRequest, callbacks: PaintCallbacks, signal: AbortSignal): Promise<Painting> {
    const last: { preview: Preview | null; reached: SamplerState | undefined } = {
      preview: null,
      reached: request.resume,
    };
    const keeping: PaintCallbacks = {
      ...callbacks,
      preview: (picture) => {
        last.preview = { ...picture, data: picture.data.slice() };
        callbacks.preview(picture);
      },
      reached: (state) => {
        last.reached = state;
        callbacks.reached(state);
      },
    };
    try {
      const painting = await this.#paint(request, keeping, new Pace(this.#runtime, signal));
      return { ...painting, reached: last.reached };
    } catch (error) {
      const { preview, reached } = last;
      if (preview && failureOf(error).code === 'STOPPED') return { ...preview, end: 'stopped', reached };
      throw error;
    }
  }

  /** Frees resident weights and cached tables, which the next drawing has again; programs belong to the source. */
  async close(): Promise<void> {
    await this.#flux?.decoder.close();
    this.#flux = null;
  }

  async #paint(request: PaintRequest, callbacks: PaintCallbacks, pace: Pace): Promise<Painting> {
    const settings = await this.#settings(request, pace);
    const flux = await this.#decoder(request.drawing.decoder);
    const began = performance.now();
    const done = settings.resume?.step ?? 0;
    const { latents } = await paint(flux, settings, pace, (step, reached, clean) => {
      const each = (performance.now() - began) / (step - done);
      callbacks.reached({ step, latents: packed(reached) });
      callbacks.step(step, request.steps, each * (request.steps - step));
      this.#preview(clean, callbacks);
    });
    const image = await inTilesThatFit(
      latents,
      () => this.close(),
      (tiling) =>
        develop(this.#source, latents, tiling, async (tile, tiles) => {
          await pace.pause();
          callbacks.developing(tile, tiles);
        }),
    );
    // A Stop that came while the last tile was developed is no less of one.
    await pace.pause();
    const { width, height } = image;
    const { area, rest } = request;
    const painted: RgbImage = { width, height, data: rgbBytes(image) };
    const inside = area === undefined ? painted : keepOutside(area.pixels, painted, area.mask);
    const whole = rest === undefined ? inside : keepRest(rest.pixels, inside, rest.rule).image;
    return { width, height, data: withAlpha(whole), end: 'finished' };
  }

  async #settings(request: PaintRequest, pace: Pace): Promise<PaintSettings> {
    const { drawing, steps, seed, guidance, cfg, cfgRange = [0, 1], stepCache = 0 } = request;
    const size = this.#latentSize(request);
    const resume = this.#resumed(request, size);
    const conditioning = await condition(this.#source, {
      decoder: drawing.decoder,
      target: drawing.target,
      reference: drawing.decoder === 'editing' ? (drawing.reference?.embeddings ?? null) : null,
      latentSize: size,
    });
    pace.check();
    return {
      size,
      seed,
      schedule: this.#source.sizes.schedule,
      steps,
      start: await this.#start(request, size, pace),
      kept: await this.#kept(request, size, pace),
      resume,
      guidance,
      cfg,
      cfgRange,
      stepCache,
      positive: { ...conditioning, pooled: await this.#source.pooled() },
      negative:
        cfg === 1 || !guidesAny(cfgRange, steps) ? null : await this.#negative(request.negative, drawing.decoder),
    };
  }

  async #negative(prompt: string, decoder: Decoder): Promise<BranchText> {
    const { context, pooled } = await this.#source.negative(prompt, decoder);
    return { context, pooled, ids: zeroIds(context.length / this.#source.sizes.dit.context) };
  }

  #resumed({ resume, steps, stepCache = 0 }: PaintRequest, [height, width]: LatentSize): PaintSettings['resume'] {
    if (resume === undefined) return null;
    const { step } = resume;
    const values = unpacked(resume.latents, this.#source.sizes.dit.latentChannels * height * width);
    const isOfThis = Number.isInteger(step) && step >= 1 && step <= steps;
    if (values === null || !isOfThis || (values.lastRun === null) !== (stepCache === 0)) fail('LATENTS_GONE', {});
    return { step, ...values };
  }

  async #start({ start }: PaintRequest, size: LatentSize, pace: Pace): Promise<PaintSettings['start']> {
    return start && { latents: await this.#encoded(start.pixels, size, pace), strength: start.strength };
  }

  async #kept({ area }: PaintRequest, size: LatentSize, pace: Pace): Promise<PaintSettings['kept']> {
    if (area === undefined) return null;
    const { data } = await this.#encoded(area.pixels, size, pace);
    const [height, width] = size;
    return { latents: data, free: maskedCells(area.mask, { width, height }) };
  }

  /** A picture's latents, squeezed to the size that is painted. */
  async #encoded(pixels: RgbImage, [rows, columns]: LatentSize, pace: Pace): Promise<Planes> {
    const factor = autoencoderFactor(this.#source.sizes.vae);
    const [height, width] = [rows * factor, columns * factor];
    const { data } = resize(pixels, { height, width }, 'bicubic');
    const image = rgbPlanes(data, height, width);
    return inTilesThatFit(
      { height: rows, width: columns },
      () => this.close(),
      (tiling) => encode(this.#source, image, tiling, () => pace.pause()),
    );
  }

  #latentSize({ height, width }: PaintRequest): LatentSize {
    const { dit, vae } = this.#source.sizes;
    const unit = autoencoderFactor(vae) * dit.patch;
    return [Math.ceil(height / unit) * dit.patch, Math.ceil(width / unit) * dit.patch];
  }

  async #decoder(kind: Decoder): Promise<FluxDecoder> {
    if (this.#flux?.kind !== kind) {
      await this.close();
      this.#flux = { kind, decoder: new FluxDecoder(this.#runtime, this.#source, kind, this.#placement) };
    }
    return this.#flux.decoder;
  }

  #preview(clean: () => Planes, callbacks: PaintCallbacks): void {
    const { preview } = this.#source;
    if (!preview) return;
    const latents = clean();
    callbacks.preview({ width: latents.width, height: latents.height, data: previewBytes(latents, preview) });
  }
}
