import { Icon, type IconName } from '../app/icon.tsx';

interface ViewerButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly press: () => void;
  readonly pressed?: boolean;
  /** One that does nothing now keeps the focus all the same. */
  readonly available?: boolean;
}

export function ViewerButton({ icon, label, press, pressed, available = true }: ViewerButtonProps) {
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
