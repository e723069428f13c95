import { useRef, useState } from 'react';
import { failureOf } from '../../model/failure.ts';
import { maskSize } from '../../model/image/mask.ts';
import { failureSentence } from '../../words/index.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { keepArea, leaveArea } from '../actions/select-area.ts';
import { useApp, usePerform, useWords } from '../app/context.tsx';
import { AreaCanvas, type AreaTool, type Selected } from './area-canvas.ts';

/** In hundredths of the picture's shorter side. */
export const brushSizes = { least: 2, most: 40, usual: 10 } as const;

const nothing: Selected = { share: 0, canUndo: false };

/** The area that is being selected on a picture: how it is marked, what is marked, and what becomes of it. */
export function useArea(picture: ImageId) {
  const app = useApp();
  const words = useWords();
  const perform = usePerform();
  const canvas = useRef<HTMLCanvasElement>(null);
  const area = useRef<AreaCanvas>(null);
  const [tool, setTool] = useState<AreaTool>('brush');
  const [size, setSize] = useState<number>(brushSizes.usual);
  const [selected, setSelected] = useState(nothing);
  const [problem, setProblem] = useState<'empty' | { readonly sentence: string } | null>(null);
  const load = async ({ naturalWidth: width, naturalHeight: height }: HTMLImageElement) => {
    if (canvas.current === null || area.current !== null) return;
    const found = new AreaCanvas(canvas.current, maskSize({ width, height }), (now) => {
      setSelected(now);
      setProblem(null);
    });
    area.current = found;
    const { area: before } = app.store.getState();
    const mask = before?.of === picture ? await app.storage.blob(before.mask) : null;
    if (mask !== null) found.load(await createImageBitmap(mask));
  };
  const done = async () => {
    const found = area.current;
    if (found === null) return;
    try {
      const png = await found.png();
      if (png === null) return setProblem('empty');
      await keepArea(app, picture, png, found.size);
      perform(leaveArea);
    } catch (error) {
      setProblem({ sentence: failureSentence(words, failureOf(error)) });
    }
  };
  return { canvas, area, tool, setTool, size, setSize, selected, problem, load, done };
}

export type Area = ReturnType<typeof useArea>;

/** The brush's width in the mask's pixels. */
export function brushWidth({ area, size }: Pick<Area, 'area' | 'size'>): number {
  const { width, height } = area.current?.size ?? { width: 0, height: 0 };
  return Math.max(1, (size / 100) * Math.min(width, height));
}
