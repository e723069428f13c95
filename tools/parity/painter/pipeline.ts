import { rgbPlanes } from '../../../model/diffusion/pixels.ts';
import { fail } from '../../../model/failure.ts';
import { editingIds, zeroIds } from '../../../model/tables/flux-positions.ts';
import { newJobId } from '../../../session/job-id.ts';
import { type HostTensor, hostTensor, type Runtime } from '../../../workers/gpu/runtime.ts';
import { type Conditioning, condition } from '../../../workers/painter/condition.ts';
import { develop, encode } from '../../../workers/painter/develop.ts';
import { FluxDecoder } from '../../../workers/painter/flux-decoder.ts';
import { allResident, allStreamed } from '../../../workers/painter/flux-weights.ts';
import { PainterModel } from '../../../workers/painter/model.ts';
import { type Painted, type PaintSettings, paint } from '../../../workers/painter/paint.ts';
import type { Decoder, ImageId, PaintRequest, Seed } from '../../../workers/protocol.ts';
import type { Component, GoldenCase } from '../component.ts';
import { float32Input, float32Rows, gridOf, imageInput, int32Input, requiredNumber } from '../language/inputs.ts';
import { pictureOutputs } from './autoencoder.ts';
import { BuiltPainter } from './built-painter.ts';
import { embeddingsInput, planesInput, planesTensor, stringArgument, unhurried, vector } from './inputs.ts';

/** Pixels that a latent row stands for in every case. */
const latentFactor = 8;

function latentSize(golden: GoldenCase, patch: number): readonly [number, number] {
  const rows = (name: string) => Math.ceil(requiredNumber(golden, name) / (latentFactor * patch)) * patch;
  return [rows('height'), rows('width')];
}

async function paintCase(
  golden: GoldenCase,
  runtime: Runtime,
  source: BuiltPainter,
  positive: Conditioning,
  start: PaintSettings['start'],
): Promise<Painted> {
  const { dit } = source.sizes;
  const cfg = requiredNumber(golden, 'cfgScale');
  const negative = cfg === 1 ? null : await source.negative();
  const settings: PaintSettings = {
    size: latentSize(golden, dit.patch),
    seed: stringArgument(golden, 'seed'),
    schedule: source.sizes.schedule,
    steps: requiredNumber(golden, 'steps'),
    start,
    guidance: requiredNumber(golden, 'guidance'),
    cfg,
    kept: null,
    resume: null,
    cfgRange: [0, 1],
    stepCache: 0,
    positive: { ...positive, pooled: await source.pooled() },
    negative: negative && { ...negative, ids: zeroIds(negative.context.length / dit.context) },
  };
  const flux = new FluxDecoder(runtime, source, 'generation', allStreamed);
  try {
    return await paint(flux, settings, unhurried(runtime));
  } finally {
    await flux.close();
  }
}

export const sampleLoop: Component = async (golden, runtime) => {
  const source = new BuiltPainter(golden, runtime, 'dit');
  try {
    const { dit } = source.sizes;
    const context = float32Input(golden, 'context');
    const grid = (name: string) => gridOf(int32Input(golden, name));
    const ids = golden.inputs.has('target_grid')
      ? editingIds(
          latentSize(golden, dit.patch),
          grid('target_grid'),
          golden.inputs.has('reference_grid') ? grid('reference_grid') : null,
        )
      : zeroIds(context.length / dit.context);
    const strength = requiredNumber(golden, 'denoisingStrength');
    const start = golden.inputs.has('input_latents')
      ? { latents: planesInput(golden, 'input_latents'), strength }
      : null;
    const { noise, begin, latents, sigmas } = await paintCase(golden, runtime, source, { context, ids }, start);
    const outputs = new Map<string, HostTensor>([
      ['noise', planesTensor(noise)],
      ['start', planesTensor(begin)],
      ['latents', planesTensor(latents)],
      ['sigmas', vector(sigmas)],
    ]);
    return { outputs, computedBy: 'graph' };
  } finally {
    await source.release();
  }
};

/** From embeddings to pixels: stage by stage for the values between, and as the page does it for the pixels. */
export const pipeline: Component = async (golden, runtime) => {
  const source = new BuiltPainter(golden, runtime);
  try {
    const order = paintOrder(golden);
    const { drawing, start } = order;
    const { context, ids } = await condition(source, {
      decoder: drawing.decoder,
      target: drawing.target,
      reference: drawing.reference?.embeddings ?? null,
      latentSize: latentSize(golden, source.sizes.dit.patch),
    });
    const begin = start && {
      latents: await encode(source, rgbPlanes(start.pixels.data, start.pixels.height, start.pixels.width)),
      strength: start.strength,
    };
    const { noise, latents } = await paintCase(golden, runtime, source, { context, ids }, begin);
    const outputs = new Map<string, HostTensor>([
      ...pictureOutputs(await develop(source, latents)),
      ['conditioning', float32Rows(context, source.sizes.dit.context)],
      ['noise', planesTensor(noise)],
      ['latents', planesTensor(latents)],
      ['rgb', await paintedPixels(runtime, source, order)],
    ]);
    return { outputs, computedBy: 'graph' };
  } finally {
    await source.release();
  }
};

function paintOrder(golden: GoldenCase): PaintRequest {
  const strength = requiredNumber(golden, 'denoisingStrength');
  const reference = golden.inputs.has('reference')
    ? { image: 'reference' as ImageId, embeddings: embeddingsInput(golden, 'reference') }
    : null;
  return {
    job: newJobId(),
    drawing: { target: embeddingsInput(golden, 'target'), reference, decoder: decoderOf(golden) },
    width: requiredNumber(golden, 'width'),
    height: requiredNumber(golden, 'height'),
    steps: requiredNumber(golden, 'steps'),
    seed: stringArgument(golden, 'seed') as Seed,
    guidance: requiredNumber(golden, 'guidance'),
    cfg: requiredNumber(golden, 'cfgScale'),
    negative: '',
    start: golden.inputs.has('input_rgb') ? { pixels: imageInput(golden, 'input_rgb'), strength } : null,
  };
}

function decoderOf(golden: GoldenCase): Decoder {
  const kind = stringArgument(golden, 'kind');
  if (kind === 'generation' || kind === 'editing') return kind;
  return fail('UNEXPECTED', { message: `unknown kind ${kind}` });
}

/** The bytes [height, width, 3] that the painter hands to the page. */
async function paintedPixels(runtime: Runtime, source: BuiltPainter, order: PaintRequest): Promise<HostTensor> {
  const painter = new PainterModel(runtime, source, allResident);
  const nothing = () => undefined;
  const silent = { step: nothing, preview: nothing, reached: nothing, developing: nothing };
  try {
    const { width, height, data } = await painter.paint(order, silent, new AbortController().signal);
    const rgb = Uint8Array.from(data.filter((_, index) => index % 4 !== 3));
    return hostTensor('uint8', [height, width, 3], rgb);
  } finally {
    await painter.close();
  }
}
