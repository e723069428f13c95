import { addPictures } from '../actions/compose.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { chooseFiles, fileInputId } from './files.ts';
import { returnToMessage } from './message.ts';

export function AddImage() {
  const { addImage } = useWords().page.composer;
  const perform = usePerform();
  return (
    <>
      <button type="button" className="quiet round" aria-label={addImage} title={addImage} onClick={chooseFiles}>
        <Icon name="picture" />
      </button>
      <input
        id={fileInputId}
        type="file"
        multiple
        hidden
        accept="image/*,.heic,.heif"
        onChange={({ currentTarget }) => {
          perform(addPictures, [...(currentTarget.files ?? [])]);
          currentTarget.value = '';
          returnToMessage();
        }}
      />
    </>
  );
}
