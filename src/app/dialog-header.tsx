import { IconButton } from './icon-button.tsx';

interface DialogHeaderProps {
  /** Of the title, which names the dialog. */
  readonly id: string;
  readonly title: string;
  /** What the button says that leaves the dialog. */
  readonly leave: string;
  readonly close: () => void;
}

/** What a dialog is about, and the way out of it. */
export function DialogHeader({ id, title, leave, close }: DialogHeaderProps) {
  return (
    <header>
      <h2 id={id}>{title}</h2>
      <IconButton icon="close" label={leave} press={close} />
    </header>
  );
}
