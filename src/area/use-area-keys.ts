import { type KeyboardEvent, useState } from 'react';
import type { AreaWords } from '../../words/area.ts';
import type { Point } from '../state/area-marks.ts';
import { type Area, brushWidth } from './use-area.ts';

/** Of the picture's longer side; with Shift. */
const step = 1 / 32;
const smallStep = 1 / 256;

const arrows: ReadonlyMap<string, readonly [x: number, y: number]> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);

/** A cursor that is moved by arrows: Space puts the tool down there, and takes it up again. */
export function useAreaKeys(area: Area, words: AreaWords) {
  const [cursor, setCursor] = useState<Point | null>(null);
  const [told, setTold] = useState('');
  const { area: marks, tool } = area;
  const start = (): Point => {
    const { width, height } = marks.current?.size ?? { width: 0, height: 0 };
    return cursor ?? { x: width / 2, y: height / 2 };
  };
  const move = ([across, down]: readonly [number, number], by: number) => {
    const { width, height } = marks.current?.size ?? { width: 0, height: 0 };
    const length = by * Math.max(width, height);
    const { x, y } = start();
    const to = {
      x: Math.min(width, Math.max(0, x + across * length)),
      y: Math.min(height, Math.max(0, y + down * length)),
    };
    marks.current?.move(to);
    setCursor(to);
    area.stage.stage.current?.reveal({ x: to.x / width, y: to.y / height });
    setTold(words.at(to.x / width, to.y / height));
  };
  const putDown = () => {
    const at = start();
    setCursor(at);
    if (marks.current?.isMarking === true) {
      marks.current.release();
      setTold(words.up);
    } else {
      marks.current?.press(tool, brushWidth(area), at);
      setTold(words.down);
    }
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = arrows.get(event.key);
    if (arrow !== undefined) move(arrow, event.shiftKey ? smallStep : step);
    else if (event.key === ' ') {
      // Held down, it is put down once.
      if (!event.repeat) putDown();
    } else if (event.key === 'Escape' && marks.current?.isMarking === true) marks.current.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** What was put down by a key stays where it is. */
  const leave = () => {
    if (cursor !== null && marks.current?.isMarking === true) marks.current.release();
    setCursor(null);
  };
  return { cursor, told, press, leave };
}
