import type { PaintCallbacks } from '../../workers/painter/model.ts';

const nothing = () => undefined;

/** Of a painting that nobody watches. */
export const silentPainting: PaintCallbacks = {
  step: nothing,
  preview: nothing,
  reached: nothing,
  developing: nothing,
};
