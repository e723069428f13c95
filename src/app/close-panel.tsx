import { useApp } from './context.tsx';
import { Icon } from './icon.tsx';

/** Closes the panel that it stands in. */
export function ClosePanel({ label }: { readonly label: string }) {
  const { store } = useApp();
  return (
    <button
      type="button"
      className="quiet"
      aria-label={label}
      title={label}
      onClick={() => store.setState({ panel: null })}
    >
      <Icon name="close" />
    </button>
  );
}
