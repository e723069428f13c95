import { type PointerEvent, useRef, useState } from 'react';
import type { Point } from '../state/area-marks.ts';
import { type Area, brushWidth } from './use-area.ts';

/** Marks by mouse, pen or one finger; of several fingers the stage hears. */
export function useAreaPointer({ area: marks, tool, size, stroke }: Area) {
  const [pointed, setPointed] = useState<Point | null>(null);
  const begun = useRef<Point>({ x: 0, y: 0 });
  const pointOf = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>): Point => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const of = marks.current?.size ?? { width: 0, height: 0 };
    return { x: ((clientX - left) / width) * of.width, y: ((clientY - top) / height) * of.height };
  };
  const down = (event: PointerEvent<HTMLElement>) => {
    // A second finger marks nothing of its own.
    if (event.button !== 0 || !event.isPrimary) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    begun.current = { x: event.clientX, y: event.clientY };
    stroke.current = 0;
    marks.current?.press(tool, brushWidth({ area: marks, size }), pointOf(event));
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const at = pointOf(event);
    if (event.pointerType !== 'touch') setPointed(at);
    if (!event.isPrimary || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const far = Math.hypot(event.clientX - begun.current.x, event.clientY - begun.current.y);
    stroke.current = Math.max(stroke.current, far);
    marks.current?.move(at);
  };
  const up = ({ isPrimary, button }: PointerEvent) => {
    if (isPrimary && button === 0) marks.current?.release();
  };
  const cancel = ({ isPrimary }: PointerEvent) => {
    if (isPrimary) marks.current?.cancel();
  };
  return { pointed, down, move, up, cancel, leave: () => setPointed(null) };
}
