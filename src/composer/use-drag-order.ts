import { type PointerEvent, useEffect, useRef, useState } from 'react';

interface Held {
  readonly key: string;
  readonly row: HTMLElement;
  readonly pointer: number;
  readonly from: Place;
  /** Of the row in its list when it was taken. */
  readonly place: Place;
  readonly index: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** In pixels of the page. */
const leastMove = 6;

/**
 * Rows of a list, which may stand side by side, are put in another order by dragging them, with mouse, pen or finger. They take their
 * places while they are dragged; Escape, and whatever else ends a drag, puts the row back.
 *
 * @param move puts the row of this key at an index
 * @param put told where the row stands once it was let go
 */
export function useDragOrder(move: (key: string, to: number) => void, put: (to: number) => void) {
  const ended = useRef(new AbortController());
  const [dragged, setDragged] = useState<{ readonly key: string; readonly by: Place } | null>(null);
  useEffect(() => () => ended.current.abort(), []);
  const follow = ({ key, row, from, place }: Held, at: Place) => {
    const to = { x: place.x + at.x - from.x, y: place.y + at.y - from.y };
    const index = nearest(row, to);
    if (index !== indexOf(row)) move(key, index);
    const now = placeOf(row);
    setDragged({ key, by: { x: to.x - now.x, y: to.y - now.y } });
  };
  /** Heard anywhere: a row that takes another place loses what it had captured. */
  const hold = (held: Held) => {
    ended.current.abort();
    ended.current = new AbortController();
    const { signal } = ended.current;
    let isMoving = false;
    const leave = (end: 'put' | 'given up') => {
      ended.current.abort();
      setDragged(null);
      if (!isMoving) return;
      if (end === 'put') put(indexOf(held.row));
      else move(held.key, held.index);
    };
    const listen = <Type extends keyof WindowEventMap>(type: Type, hear: (event: WindowEventMap[Type]) => void) =>
      addEventListener(type, hear, { signal, capture: true });
    listen('pointermove', ({ pointerId, clientX, clientY }) => {
      if (pointerId !== held.pointer) return;
      isMoving ||= Math.hypot(clientX - held.from.x, clientY - held.from.y) >= leastMove;
      if (isMoving) follow(held, { x: clientX, y: clientY });
    });
    listen('pointerup', ({ pointerId }) => pointerId === held.pointer && leave('put'));
    // A finger that rests before it drags would be asked what to do with the picture.
    listen('contextmenu', (event) => event.preventDefault());
    listen('pointercancel', ({ pointerId }) => pointerId === held.pointer && leave('given up'));
    listen('keydown', (event) => {
      if (event.key !== 'Escape' || !isMoving) return;
      // It stops nothing that works.
      event.stopPropagation();
      event.preventDefault();
      leave('given up');
    });
  };
  /** Of a row; its buttons are pressed, not dragged. */
  const take = (key: string) => (event: PointerEvent<HTMLElement>) => {
    const { button, isPrimary, target, currentTarget: row, pointerId: pointer, clientX: x, clientY: y } = event;
    if (button === 0 && isPrimary && !isOnButton(target))
      hold({ key, row, pointer, from: { x, y }, place: placeOf(row), index: indexOf(row) });
  };
  return { dragged, take };
}

function isOnButton(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button') !== null;
}

function rowsOf(row: HTMLElement): readonly HTMLElement[] {
  return [...(row.parentElement?.querySelectorAll<HTMLElement>(':scope > [data-row]') ?? [])];
}

function indexOf(row: HTMLElement): number {
  return rowsOf(row).indexOf(row);
}

/** In the list, wherever the row is dragged and the list is scrolled to. */
function placeOf({ offsetLeft, offsetTop, parentElement }: HTMLElement): Place {
  return { x: offsetLeft - (parentElement?.scrollLeft ?? 0), y: offsetTop - (parentElement?.scrollTop ?? 0) };
}

/** The row whose place is the nearest. */
function nearest(row: HTMLElement, to: Place): number {
  const far = rowsOf(row).map((other) => {
    const { x, y } = placeOf(other);
    return Math.hypot(x - to.x, y - to.y);
  });
  return far.indexOf(Math.min(...far));
}
