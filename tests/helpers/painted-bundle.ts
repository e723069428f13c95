/** A picture by a bundle that was just made, of a drawing whose embeddings are as good as any. */
import { Bundle } from '../../model/bundle/reader.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { openBundlePainter } from '../../workers/painter/bundle-painter.ts';
import { allResident } from '../../workers/painter/flux-weights.ts';
import { PainterModel } from '../../workers/painter/model.ts';
import type { PaintRequest } from '../../workers/protocol.ts';
import type { MemorySink } from './memory-sink.ts';
import { paintRequest } from './paint-request.ts';
import { silentPainting } from './silent-painting.ts';

export function drawingOrder(changes: Partial<PaintRequest> = {}): PaintRequest {
  const data = Float32Array.from({ length: 81 * 64 }, (_, index) => Math.sin(index));
  const drawing = { target: { data, hidden: 64, grid: [1, 18, 18] }, reference: null, decoder: 'generation' } as const;
  return paintRequest({ drawing, width: 64, height: 48, ...changes });
}

export async function paintedPixels(
  runtime: Runtime,
  sink: MemorySink,
  changes: Partial<PaintRequest>,
): Promise<Uint8ClampedArray> {
  const source = openBundlePainter(runtime, await Bundle.open(sink.folder), new Set());
  const painter = new PainterModel(runtime, source, allResident);
  try {
    return (await painter.paint(drawingOrder(changes), silentPainting, new AbortController().signal)).data;
  } finally {
    await painter.close();
    await source.close();
  }
}
