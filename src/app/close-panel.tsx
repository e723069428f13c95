import { useApp } from './context.tsx';
import { IconButton } from './icon-button.tsx';

/** Closes the panel that it stands in. */
export function ClosePanel({ label }: { readonly label: string }) {
  const { store } = useApp();
  return <IconButton icon="close" label={label} press={() => store.setState({ panel: null })} />;
}
