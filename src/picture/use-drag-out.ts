import type { DragEvent } from 'react';
import { dragFile, prepareDrag } from '../actions/drag-out.ts';
import { usePerform } from '../app/context.tsx';
import { dragPicture } from '../composer/dropped.ts';
import type { Result } from '../storage/records.ts';

/** A result's picture is dragged onto the page, to be changed, or out of it, as the file that Save would write. */
export function useDragOut(result: Result | undefined) {
  const perform = usePerform();
  if (result === undefined || result.image === null) return {};
  const { id, image } = result;
  return {
    draggable: true,
    onPointerEnter: () => perform(prepareDrag, id),
    onDragStart: ({ dataTransfer, currentTarget, clientX, clientY }: DragEvent<HTMLElement>) => {
      dragPicture(dataTransfer, image);
      perform(dragFile, id, dataTransfer);
      const shown = currentTarget.parentElement?.querySelector('canvas, img');
      const box = shown?.getBoundingClientRect();
      if (shown != null && box !== undefined) dataTransfer.setDragImage(shown, clientX - box.x, clientY - box.y);
    },
  };
}
