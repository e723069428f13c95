import { useWords } from '../app/context.tsx';
import { IconButton } from '../app/icon-button.tsx';
import type { StageOf } from './use-stage.ts';

interface ZoomButtonsProps {
  readonly stage: StageOf<HTMLElement>;
  /** What showing all of it is called. */
  readonly fit: string;
}

/** Nearer, further, and as large as fits. */
export function ZoomButtons({ stage: { stage, shown }, fit }: ZoomButtonsProps) {
  const words = useWords().page.viewer;
  return (
    <>
      <IconButton icon="minus" label={words.smaller} press={() => stage.current?.zoomOut()} />
      <span className="percent" aria-live="polite">
        {shown === null ? '' : words.percent(shown.percent)}
      </span>
      <IconButton icon="plus" label={words.larger} press={() => stage.current?.zoomIn()} />
      <IconButton icon="fit" label={fit} press={() => stage.current?.fit()} />
    </>
  );
}
