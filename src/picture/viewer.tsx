import { type MouseEvent, useEffect, useRef, useState } from 'react';
import { closeViewer } from '../actions/view.ts';
import { useBackCloses } from '../app/back.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import type { ViewedPicture } from '../state/state.ts';
import { PictureStage } from './stage.ts';
import { usePictureAddress } from './use-picture.ts';
import type { Enlargement } from './zoom.ts';

/** Of a picture whose longer side has at most so many pixels, the pixels themselves are shown. */
const smallSide = 256;

/** A picture over the whole page, which can be come nearer to. */
export function Viewer() {
  const perform = usePerform();
  const viewed = useSelect((state) => state.viewed);
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => perform(closeViewer);
  useBackCloses(viewed !== null, close);
  useEffect(() => {
    if (viewed === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [viewed]);
  return (
    <dialog ref={dialog} className="viewer" aria-label={viewed?.label} onClose={close}>
      {viewed !== null && <Viewed key={viewed.image} picture={viewed} close={close} />}
    </dialog>
  );
}

interface ViewedProps {
  readonly picture: ViewedPicture;
  readonly close: () => void;
}

function Viewed({ picture: { image, label }, close }: ViewedProps) {
  const { page } = useWords();
  const address = usePictureAddress(image);
  const { element, picture, shown, stage, setEnlargement, load } = useStage();
  const click = ({ clientX: x, clientY: y }: MouseEvent) => {
    if (stage.current?.isBeside({ x, y }) === true) close();
  };
  return (
    <div className="viewed">
      <div className="viewer-bar">
        <ViewerButton icon="close" label={page.result.close} press={close} />
        <p className="viewer-label" dir="auto">
          {label}
        </p>
        <ViewerButton icon="minus" label={page.viewer.smaller} press={() => stage.current?.zoomOut()} />
        <span className="percent" aria-live="polite">
          {shown === null ? '' : page.viewer.percent(shown.percent)}
        </span>
        <ViewerButton icon="plus" label={page.viewer.larger} press={() => stage.current?.zoomIn()} />
        <ViewerButton icon="fit" label={page.viewer.fit} press={() => stage.current?.fit()} />
        <ViewerButton icon="actual" label={page.viewer.actual} press={() => stage.current?.actualSize()} />
        <ViewerButton
          icon="pixels"
          label={page.viewer.pixels}
          pressed={shown?.enlargement === 'pixels'}
          press={() => setEnlargement(shown?.enlargement === 'pixels' ? 'smooth' : 'pixels')}
        />
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape closes */}
      <div ref={element} className="stage" onClick={click}>
        {address.state === 'there' && (
          <img ref={picture} src={address.address} alt={label} draggable={false} onLoad={load} />
        )}
        {address.state === 'gone' && <p className="badge">{page.result.gone}</p>}
      </div>
    </div>
  );
}

interface Shown {
  readonly percent: number;
  readonly enlargement: Enlargement;
}

/** The stage of a picture from when it is loaded, and what it shows. */
function useStage() {
  const element = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const stage = useRef<PictureStage>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => () => stage.current?.end(), []);
  const load = () => {
    if (element.current === null || picture.current === null) return;
    const { naturalWidth, naturalHeight } = picture.current;
    const enlargement = Math.max(naturalWidth, naturalHeight) <= smallSide ? 'pixels' : 'smooth';
    const tell = (percent: number) =>
      setShown((before) => (before?.percent === percent ? before : { enlargement, ...before, percent }));
    stage.current?.end();
    stage.current = new PictureStage(element.current, picture.current, { enlargement, tell });
  };
  const setEnlargement = (enlargement: Enlargement) => {
    setShown((before) => before && { ...before, enlargement });
    stage.current?.enlarge(enlargement);
  };
  return { element, picture, shown, stage, setEnlargement, load };
}

interface ViewerButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly press: () => void;
  readonly pressed?: boolean;
}

function ViewerButton({ icon, label, press, pressed }: ViewerButtonProps) {
  return (
    <button type="button" className="quiet" aria-label={label} title={label} aria-pressed={pressed} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}
