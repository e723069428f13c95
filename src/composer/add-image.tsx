import { type ComponentProps, useRef } from 'react';
import { addPictures } from '../actions/compose.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { FileInput } from '../app/file-input.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import { chooseFiles, fileInputId } from './files.ts';
import { returnToMessage } from './message.ts';

export function AddImage() {
  const { addImage } = useWords().page.composer;
  return (
    <>
      <RoundButton icon="picture" label={addImage} press={chooseFiles} />
      <PictureInput id={fileInputId} multiple accept="image/*,.heic,.heif" />
      <Camera />
    </>
  );
}

/** Where there is a finger there is a camera; once something is written, its room is the words'. */
function Camera() {
  const { camera } = useWords().page.composer;
  const isWordless = useSelect(({ text }) => text === '');
  const input = useRef<HTMLInputElement>(null);
  return (
    <span className="only-touch">
      {isWordless && <RoundButton icon="camera" label={camera} press={() => input.current?.click()} />}
      <PictureInput ref={input} accept="image/*" capture="environment" />
    </span>
  );
}

/** What is chosen in it is added to the message. */
function PictureInput(attributes: Omit<ComponentProps<typeof FileInput>, 'take'>) {
  const perform = usePerform();
  const take = (files: readonly File[]) => {
    perform(addPictures, files);
    returnToMessage();
  };
  return <FileInput {...attributes} take={take} />;
}

interface RoundButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly press: () => void;
}

function RoundButton({ icon, label, press }: RoundButtonProps) {
  return (
    <button type="button" className="quiet round" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}
