import type { RefObject } from 'react';
import { openEnlarge, resultShowing } from '../actions/enlarge.ts';
import { savePicture } from '../actions/keep-picture.ts';
import { placeOfViewed, viewBeside } from '../actions/view.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { IconButton } from '../app/icon-button.tsx';
import { useFullScreen } from './full-screen.ts';
import { pictureLabel } from './picture-label.ts';
import type { StageOf } from './use-stage.ts';
import { ZoomButtons } from './zoom-buttons.tsx';

interface ViewerBarProps {
  /** The viewer without its dialog, which no browser puts on the full screen. */
  readonly whole: RefObject<HTMLElement | null>;
  readonly stage: StageOf<HTMLImageElement>;
  readonly comparing: boolean;
  readonly compare: () => void;
  readonly close: () => void;
}

export function ViewerBar({ whole, stage, comparing, compare, close }: ViewerBarProps) {
  const { page } = useWords();
  const viewed = useSelect((state) => state.viewed);
  const count = useSelect(({ viewedAmong }) => viewedAmong.length);
  const fullScreen = useFullScreen(whole);
  const label = viewed === null ? '' : pictureLabel(page, viewed);
  return (
    <div className="viewer-bar">
      <IconButton icon="close" label={page.result.close} press={close} />
      <p className="viewer-label" dir="auto" aria-live="polite">
        {label}
      </p>
      <Beside />
      {!comparing && <Zoom stage={stage} />}
      <OfDrawn />
      {count > 1 && <IconButton icon="compare" label={page.viewer.compare} press={compare} pressed={comparing} />}
      {fullScreen !== null && (
        <IconButton icon="expand" label={page.viewer.fullScreen} press={fullScreen.toggle} pressed={fullScreen.isOn} />
      )}
    </div>
  );
}

/** Of a picture that was drawn here. */
function OfDrawn() {
  const { page } = useWords();
  const perform = usePerform();
  const result = useSelect((state) => resultShowing(state, state.viewed?.image ?? null));
  if (result === undefined) return null;
  return (
    <>
      <IconButton icon="save" label={page.result.save} press={() => perform(savePicture, result)} />
      <IconButton icon="enlarge" label={page.result.enlarge} press={() => perform(openEnlarge, result)} />
    </>
  );
}

/** The pictures before and behind; nothing for a picture that is alone. */
function Beside() {
  const words = useWords().page.viewer;
  const perform = usePerform();
  const count = useSelect(({ viewedAmong }) => viewedAmong.length);
  const number = useSelect(placeOfViewed) + 1;
  const hasPrevious = useSelect((state) => viewBeside.when(state, -1));
  const hasNext = useSelect((state) => viewBeside.when(state, 1));
  if (count < 2 || number === 0) return null;
  return (
    <>
      <IconButton icon="back" label={words.previous} press={() => perform(viewBeside, -1)} available={hasPrevious} />
      <span className="percent">{words.number(number, count)}</span>
      <IconButton icon="forth" label={words.next} press={() => perform(viewBeside, 1)} available={hasNext} />
    </>
  );
}

function Zoom({ stage }: Pick<ViewerBarProps, 'stage'>) {
  const words = useWords().page.viewer;
  const arePixels = stage.shown?.enlargement === 'pixels';
  return (
    <>
      <ZoomButtons stage={stage} fit={words.fit} />
      <IconButton icon="actual" label={words.actual} press={() => stage.stage.current?.actualSize()} />
      <IconButton
        icon="pixels"
        label={words.pixels}
        pressed={arePixels}
        press={() => stage.setEnlargement(arePixels ? 'smooth' : 'pixels')}
      />
    </>
  );
}
