import { useSelect } from '../app/context.tsx';
import { Palette } from './palette.tsx';
import { ShortcutSheet } from './shortcut-sheet.tsx';

export default function Overlays() {
  const overlay = useSelect((state) => state.overlay);
  if (overlay === 'commands') return <Palette />;
  return overlay === 'shortcuts' ? <ShortcutSheet /> : null;
}
