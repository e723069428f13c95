/** What a painting leaves behind: a PNG by its content, and what it was painted from. */
import { FailureError, failure } from '../../model/failure.ts';
import type { Drawing, ImageId, Painting, PaintPlan } from '../engine/engine.ts';
import { imageDataOf } from '../picture/pixels.ts';
import type { PaintedFrom, Result } from '../storage/records.ts';
import { contentHash, type Storage } from '../storage/storage.ts';
import { keepEmbeddings } from './request.ts';

export async function keepPainting(storage: Storage, painting: Painting): Promise<Partial<Result>> {
  const canvas = new OffscreenCanvas(painting.width, painting.height);
  const context = canvas.getContext('2d');
  if (context === null) throw new FailureError(failure('UNEXPECTED', { message: 'no 2D canvas' }));
  context.putImageData(imageDataOf(painting), 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  const image = (await contentHash(await blob.arrayBuffer())) as ImageId;
  await storage.putBlob(image, blob);
  const state = painting.end === 'stopped' ? 'stopped' : 'done';
  return { image, state, width: painting.width, height: painting.height };
}

export async function keepSource(storage: Storage, drawing: Drawing, plan: PaintPlan): Promise<PaintedFrom> {
  const { reference } = drawing;
  return {
    target: await keepEmbeddings(storage, drawing.target),
    reference:
      reference === null
        ? null
        : { image: reference.image, embeddings: await keepEmbeddings(storage, reference.embeddings) },
    decoder: drawing.decoder,
    width: plan.width,
    height: plan.height,
    steps: plan.steps,
    guidance: plan.guidance,
    cfg: plan.cfg,
    negative: plan.negative,
    strength: plan.start?.strength ?? null,
  };
}
