import { Icon, type IconName } from './icon.tsx';

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly press: () => void;
  readonly pressed?: boolean;
  /** One that does nothing now keeps the focus all the same. */
  readonly available?: boolean;
}

/** A button whose words are heard, and seen when it is pointed at. */
export function IconButton({ icon, label, press, pressed, available = true }: IconButtonProps) {
  return (
    <button
      type="button"
      className="quiet"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-disabled={available ? undefined : true}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
}
