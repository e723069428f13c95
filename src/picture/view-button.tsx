import type { PointerEvent } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { viewPicture } from '../actions/view.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import type { Result } from '../storage/records.ts';
import { useDragOut } from './use-drag-out.ts';

/** The browser's own menu is the picture's and not the button's: a press that asks for it passes through. */
function letMenuThrough({ button, currentTarget }: PointerEvent<HTMLButtonElement>): void {
  if (button !== 2) return;
  currentTarget.dataset.passed = 'true';
  const back = () => setTimeout(() => delete currentTarget.dataset.passed);
  addEventListener('contextmenu', back, { once: true, capture: true });
}

interface ViewButtonProps {
  readonly image: ImageId;
  readonly label: string;
  /** What it is the picture of, where the model drew it: it can be dragged then. */
  readonly result?: Result;
}

/** Opens a picture in the viewer: a button in its corner that the whole picture, in whose box it lies, belongs to. */
export function ViewButton({ image, label, result }: ViewButtonProps) {
  const drag = useDragOut(result);
  const perform = usePerform();
  const { page } = useWords();
  return (
    <button
      type="button"
      className="view"
      {...drag}
      aria-label={page.viewer.view(label)}
      onPointerDown={letMenuThrough}
      onClick={() => perform(viewPicture, image)}
    >
      <Icon name="expand" />
    </button>
  );
}
