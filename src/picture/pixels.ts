import type { Painting } from '../../workers/protocol.ts';

/** A painting as an ImageData, for a canvas. */
export function imageDataOf({ data, width, height }: Pick<Painting, 'data' | 'width' | 'height'>): ImageData {
  return new ImageData(data, width, height);
}
