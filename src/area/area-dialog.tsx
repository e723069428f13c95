import type { KeyboardEvent } from 'react';
import { areaWords } from '../../words/area.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { changeWhole } from '../actions/select-area.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { DialogHeader } from '../app/dialog-header.tsx';
import { useModal } from '../app/use-modal.ts';
import { usePictureAddress } from '../picture/use-picture.ts';
import { AreaBar } from './area-bar.tsx';
import { AreaStage } from './area-stage.tsx';
import { useArea } from './use-area.ts';

/** Where alone a picture is to change, marked by brush, eraser and rectangle. */
export default function AreaDialog() {
  const picture = useSelect(({ selecting }) => selecting);
  return picture === null ? null : <AreaOf key={picture} picture={picture} />;
}

function AreaOf({ picture }: { readonly picture: ImageId }) {
  const { language, page } = useWords();
  const words = areaWords[language];
  const perform = usePerform();
  const area = useArea(picture);
  const close = area.leave;
  const dialog = useModal(close);
  const address = usePictureAddress(picture);
  const press = (event: KeyboardEvent) => {
    const key = event.key.toLowerCase();
    if ((key !== 'z' && key !== 'y') || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (key === 'y' || event.shiftKey) area.area.current?.redo();
    else area.area.current?.undo();
  };
  const isGone = address.state === 'gone';
  return (
    <dialog ref={dialog} className="dialog on-picture" aria-labelledby="area-title" onClose={close} onKeyDown={press}>
      <DialogHeader id="area-title" title={page.composer.selectArea} leave={words.cancel} close={close} />
      <p className="hint">{words.hint}</p>
      {!isGone && <AreaBar area={area} words={words} />}
      {address.state === 'there' && (
        <AreaStage area={area} words={words} address={address.address} label={page.composer.editing} />
      )}
      {isGone && <p role="alert">{words.gone}</p>}
      <p id="area-keys" className="hint tool-keys">
        {words.keys}
      </p>
      {area.problem !== null && (
        <p className="tool-problem" role="alert">
          {area.problem === 'empty' ? words.empty : area.problem.sentence}
        </p>
      )}
      <footer>
        <p aria-live="polite">{words.share(area.selected.share)}</p>
        <button type="button" className="quiet" onClick={() => perform(changeWhole)}>
          {words.whole}
        </button>
        <button type="button" className="primary" disabled={address.state !== 'there'} onClick={() => void area.done()}>
          {words.done}
        </button>
      </footer>
    </dialog>
  );
}
