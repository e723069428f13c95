import type { KeyboardEvent } from 'react';
import { isForInputMethod } from '../app/input-method.ts';

/** Arrows go from one row of a list of buttons to the other and, in a row, from one button to the next; Home and End to the first row and the last. */
export function moveInRows(event: KeyboardEvent<HTMLElement>): void {
  const { altKey, ctrlKey, metaKey, shiftKey, key, target, currentTarget } = event;
  if (altKey || ctrlKey || metaKey || shiftKey || isForInputMethod(event.nativeEvent)) return;
  if (!(target instanceof HTMLButtonElement)) return;
  const rows = [...currentTarget.children].map((row) => [...row.querySelectorAll('button')]);
  const row = rows.findIndex((buttons) => buttons.includes(target));
  const column = rows[row]?.indexOf(target) ?? -1;
  const to: Readonly<Record<string, HTMLButtonElement | undefined>> = {
    ArrowDown: rows[row + 1]?.[column],
    ArrowUp: rows[row - 1]?.[column],
    ArrowRight: rows[row]?.[column + 1],
    ArrowLeft: rows[row]?.[column - 1],
    Home: rows[0]?.[column],
    End: rows.at(-1)?.[column],
  };
  if (!(key in to)) return;
  // At an end the list stays where it is.
  event.preventDefault();
  to[key]?.focus();
}
