import { useRef, useState } from 'react';
import { failureOf } from '../../model/failure.ts';
import { maskSize } from '../../model/image/mask.ts';
import { failureSentence } from '../../words/words.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { keepArea, leaveArea } from '../actions/select-area.ts';
import { useApp, usePerform, useWords } from '../app/context.tsx';
import { useStage } from '../picture/use-stage.ts';
import { AreaCanvas, type AreaTool, type Selected } from './area-canvas.ts';

/** In hundredths of the picture's shorter side. */
export const brushSizes = { least: 2, most: 40, usual: 10 } as const;

const nothing: Selected = { share: 0, canUndo: false, canRedo: false };

/** In CSS pixels: what one finger has marked by the time that the second one comes to zoom. */
const shortStroke = 24;

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
  /** How far the pointer has come since it was put down, in CSS pixels. */
  const stroke = useRef(0);
  const giveUp = () => {
    if (stroke.current > shortStroke) return false;
    area.current?.cancel();
    return true;
  };
  const stage = useStage<HTMLDivElement>({ does: 'mark', giveUp });
  const [problem, setProblem] = useState<'empty' | { readonly sentence: string } | null>(null);
  /** The mask that comes with the message. */
  const over = () => {
    const { area: kept } = app.store.getState();
    return kept?.of === picture ? kept.mask : null;
  };
  const load = async (image: HTMLImageElement) => {
    const { naturalWidth: width, naturalHeight: height } = image;
    if (canvas.current === null || area.current !== null) return;
    stage.load(image);
    const found = new AreaCanvas(canvas.current, maskSize({ width, height }), (now) => {
      setSelected(now);
      setProblem(null);
    });
    area.current = found;
    const before = over();
    const mask = before === null ? null : await app.storage.blob(before);
    if (mask !== null) found.load(await createImageBitmap(mask));
    const { leftMarks } = app.store.getState();
    if (leftMarks?.of === picture && leftMarks.over === over()) found.restore(leftMarks.marks);
  };
  /** Nothing that was marked is lost with Escape or Cancel; where all of it was taken away, nothing is to wait. */
  const leave = () => {
    const marks = area.current?.marks ?? [];
    const isLeft = marks.length > 0 && selected.share > 0;
    perform(leaveArea, isLeft ? { of: picture, over: over(), marks } : null);
  };
  const done = async () => {
    const found = area.current;
    if (found === null) return;
    try {
      const png = await found.png();
      if (png === null) return setProblem('empty');
      await keepArea(app, picture, png, found.size);
      perform(leaveArea, null);
    } catch (error) {
      setProblem({ sentence: failureSentence(words, failureOf(error)) });
    }
  };
  return { canvas, area, stage, stroke, tool, setTool, size, setSize, selected, problem, load, leave, done };
}

export type Area = ReturnType<typeof useArea>;

/** The brush's width in the mask's pixels. */
export function brushWidth({ area, size }: Pick<Area, 'area' | 'size'>): number {
  const { width, height } = area.current?.size ?? { width: 0, height: 0 };
  return Math.max(1, (size / 100) * Math.min(width, height));
}
