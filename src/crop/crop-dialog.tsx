import { useShallow } from 'zustand/react/shallow';
import { cropWords } from '../../words/crop.ts';
import { failureSentence } from '../../words/words.ts';
import { type Croppable, leaveCrop, pictureOfKey, takeOriginal } from '../actions/crop.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { DialogHeader } from '../app/dialog-header.tsx';
import { useModal } from '../app/use-modal.ts';
import { usePictureAddress } from '../picture/use-picture.ts';
import { CropBar } from './crop-bar.tsx';
import { CropNumbers } from './crop-numbers.tsx';
import { CropStage } from './crop-stage.tsx';
import { useCrop } from './use-crop.ts';

/** What of a picture comes along, and which way up. */
export default function CropDialog() {
  const picture = useSelect(useShallow((state) => pictureOfKey(state, state.cropping)));
  return picture === null ? null : <CropOf key={picture.key} picture={picture} />;
}

function CropOf({ picture }: { readonly picture: Croppable }) {
  const { original } = picture;
  const pageWords = useWords();
  const words = cropWords[pageWords.language];
  const perform = usePerform();
  const close = () => perform(leaveCrop);
  const dialog = useModal(close);
  const address = usePictureAddress(original.id);
  const crop = useCrop(picture);
  const { box } = crop.crop;
  const isGone = address.state === 'gone';
  const problem = crop.failure === null ? null : failureSentence(pageWords, crop.failure);
  return (
    <dialog ref={dialog} className="dialog on-picture" aria-labelledby="crop-title" onClose={close}>
      <DialogHeader id="crop-title" title={words.title} leave={words.cancel} close={close} />
      {!isGone && <CropBar crop={crop} words={words} />}
      {!isGone && <CropNumbers crop={crop} words={words} />}
      {address.state === 'there' && (
        <CropStage crop={crop} words={words} address={address.address} label={original.name} />
      )}
      {isGone && <p role="alert">{words.gone}</p>}
      <p id="crop-keys" className="hint tool-keys">
        {words.keys}
      </p>
      {problem !== null && (
        <p className="tool-problem" role="alert">
          {problem}
        </p>
      )}
      <footer>
        <p aria-live="polite">{crop.isWorking ? words.working : words.size(box.width, box.height)}</p>
        <button type="button" className="quiet" disabled={crop.isWorking} onClick={() => perform(takeOriginal)}>
          {words.original}
        </button>
        <button
          type="button"
          className="primary"
          disabled={crop.isWorking || address.state !== 'there'}
          onClick={() => void crop.done()}
        >
          {words.done}
        </button>
      </footer>
    </dialog>
  );
}
