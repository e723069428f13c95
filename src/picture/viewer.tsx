import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import { closeViewer, viewBeside } from '../actions/view.ts';
import { useBackCloses } from '../app/back.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import type { ViewedPicture } from '../state/viewed.ts';
import { pictureLabel } from './picture-label.ts';
import { usePictureAddress } from './use-picture.ts';
import { type StageOf, useStage } from './use-stage.ts';
import { ViewerBar } from './viewer-bar.tsx';
import { ViewerCompare } from './viewer-compare.tsx';

/** A picture over the whole page, which can be come nearer to, compared with others, and left for the next one. */
export default function Viewer() {
  const perform = usePerform();
  const { page } = useWords();
  const viewed = useSelect((state) => state.viewed);
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => perform(closeViewer);
  useBackCloses(viewed !== null, close);
  useEffect(() => {
    if (viewed === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [viewed]);
  return (
    <dialog
      ref={dialog}
      className="viewer"
      aria-label={viewed === null ? undefined : pictureLabel(page, viewed)}
      onClose={close}
    >
      {viewed !== null && <Viewed picture={viewed} close={close} />}
    </dialog>
  );
}

const moving = { does: 'move' } as const;

interface ViewedProps {
  readonly picture: ViewedPicture;
  readonly close: () => void;
}

function Viewed({ picture: viewed, close }: ViewedProps) {
  const { page } = useWords();
  const perform = usePerform();
  const whole = useRef<HTMLDivElement>(null);
  const [comparing, setComparing] = useState(false);
  const stage = useStage<HTMLImageElement>(moving);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOf(event.key, comparing || stage.element.current?.dataset.movable === 'true');
    if (step === null || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    perform(viewBeside, step);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its buttons do the same; these are their keys
    <div ref={whole} className="viewed" onKeyDown={press}>
      <ViewerBar
        whole={whole}
        stage={stage}
        comparing={comparing}
        compare={() => {
          if (!comparing) stage.end();
          setComparing(!comparing);
        }}
        close={close}
      />
      {comparing ? (
        <ViewerCompare key={viewed.image} picture={viewed} />
      ) : (
        <Stage key={viewed.image} picture={viewed} label={pictureLabel(page, viewed)} stage={stage} close={close} />
      )}
    </div>
  );
}

/** Page Up and Down always go to other pictures; the arrows do where they have nothing to move. */
function stepOf(key: string, isMovable: boolean): -1 | 1 | null {
  if (key === 'PageUp' || (key === 'ArrowLeft' && !isMovable)) return -1;
  if (key === 'PageDown' || (key === 'ArrowRight' && !isMovable)) return 1;
  return null;
}

interface StageProps extends ViewedProps {
  readonly label: string;
  readonly stage: StageOf<HTMLImageElement>;
}

function Stage({ picture: { image }, label, stage: { element, picture, stage, load }, close }: StageProps) {
  const { page } = useWords();
  const address = usePictureAddress(image);
  const click = ({ clientX: x, clientY: y }: MouseEvent) => {
    if (stage.current?.isBeside({ x, y }) === true) close();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes
    <div ref={element} className="stage" onClick={click}>
      {address.state === 'there' && (
        <img
          ref={picture}
          src={address.address}
          alt={label}
          draggable={false}
          onLoad={({ currentTarget }) => load(currentTarget)}
        />
      )}
      {address.state === 'gone' && <p className="badge">{page.result.gone}</p>}
    </div>
  );
}
