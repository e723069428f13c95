import type { ImageId } from '../../workers/protocol.ts';
import { viewPicture } from '../actions/view.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';

interface ViewButtonProps {
  readonly image: ImageId;
  readonly label: string;
}

/** Opens a picture in the viewer: a button in its corner that the whole picture, in whose box it lies, belongs to. */
export function ViewButton({ image, label }: ViewButtonProps) {
  const perform = usePerform();
  const { page } = useWords();
  return (
    <button
      type="button"
      className="view"
      aria-label={page.viewer.view(label)}
      onClick={() => perform(viewPicture, image)}
    >
      <Icon name="expand" />
    </button>
  );
}
