import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Size } from '../../model/image/bounds.ts';
import type { Box } from '../../model/image/crop.ts';
import type { CropWords } from '../../words/crop.ts';
import { type Grip, type Move, movedFrame, sizedFrame } from './frame.ts';
import type { CropInHand } from './use-crop.ts';

/** Of the picture's longer side; with Shift it is a pixel. */
const step = 1 / 32;

const arrows: ReadonlyMap<string, Move> = new Map([
  ['ArrowLeft', { x: -1, y: 0 }],
  ['ArrowRight', { x: 1, y: 0 }],
  ['ArrowUp', { x: 0, y: -1 }],
  ['ArrowDown', { x: 0, y: 1 }],
]);

/** How the frame is moved and sized by pointer and by keys. */
export function useFrame({ crop: { box }, size, ratio, place }: CropInHand, words: CropWords) {
  const picture = useRef<HTMLDivElement>(null);
  const held = useRef<{ readonly at: Move; readonly box: Box } | null>(null);
  const [told, setTold] = useState('');
  const changed = (from: Box, grip: Grip | null, by: Move) =>
    grip === null ? movedFrame(from, by, size) : sizedFrame(from, grip, by, size, ratio);
  const moveByPointer = (grip: Grip | null, { clientX, clientY }: PointerEvent) => {
    const shown = picture.current?.getBoundingClientRect();
    if (held.current === null || shown === undefined) return;
    const { at, box: from } = held.current;
    place(
      changed(from, grip, {
        x: ((clientX - at.x) / shown.width) * size.width,
        y: ((clientY - at.y) / shown.height) * size.height,
      }),
    );
  };
  const press = (grip: Grip | null, event: KeyboardEvent) => {
    const arrow = arrows.get(event.key);
    if (arrow === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const length = event.shiftKey ? 1 : Math.max(1, Math.round(step * Math.max(size.width, size.height)));
    const to = changed(box, grip, { x: arrow.x * length, y: arrow.y * length });
    place(to);
    setTold(words.at(to));
  };
  /** Of the frame itself (null), or of a handle, whose events are its own. */
  const handlers = (grip: Grip | null) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.stopPropagation();
      if (event.button !== 0 || !event.isPrimary) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current = { at: { x: event.clientX, y: event.clientY }, box };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      event.stopPropagation();
      if (event.currentTarget.hasPointerCapture(event.pointerId)) moveByPointer(grip, event);
    },
    onPointerUp: () => {
      held.current = null;
    },
    onPointerCancel: ({ isPrimary }: PointerEvent) => {
      if (isPrimary && held.current !== null) place(held.current.box);
      held.current = null;
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (arrows.has(event.key)) event.stopPropagation();
      press(grip, event);
    },
  });
  return { picture, told, handlers, place: placeOf(box, size) };
}

/** In shares of the picture. */
function placeOf({ x, y, width, height }: Box, size: Size) {
  const percent = (value: number, whole: number) => `${(value / whole) * 100}%`;
  return {
    left: percent(x, size.width),
    top: percent(y, size.height),
    width: percent(width, size.width),
    height: percent(height, size.height),
  };
}
