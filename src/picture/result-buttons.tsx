import { useState } from 'react';
import { editThis } from '../actions/compose.ts';
import { copyPicture, savePicture } from '../actions/keep-picture.ts';
import { vary } from '../actions/vary.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { messageId } from '../composer/message.ts';
import type { Result } from '../storage/records.ts';

interface ResultButtonsProps {
  readonly result: Result;
  /** There is a picture from before the edit. */
  readonly comparable: boolean;
  readonly comparing: boolean;
  readonly compare: () => void;
}

export function ResultButtons({ result, comparable, comparing, compare }: ResultButtonsProps) {
  const { page } = useWords();
  const { store } = useApp();
  const perform = usePerform();
  const variable = useSelect((state) => vary.when(state, result.id));
  const [copied, setCopied] = useState(false);
  const words = page.result;
  return (
    <div className="buttons">
      <button
        type="button"
        onClick={() => {
          perform(editThis, result.image);
          document.getElementById(messageId)?.focus();
        }}
      >
        <Icon name="edit" />
        {words.editThis}
      </button>
      <button type="button" onClick={() => perform(savePicture, result.id)}>
        <Icon name="save" />
        {words.save}
      </button>
      <button
        type="button"
        onClick={() => {
          setCopied(true);
          perform(copyPicture, result.id);
        }}
      >
        <Icon name="copy" />
        {words.copy}
      </button>
      <button type="button" disabled={!variable} onClick={() => perform(vary, result.id)}>
        <Icon name="variations" />
        {words.variations}
      </button>
      <button type="button" disabled={!comparable} aria-pressed={comparing} onClick={compare}>
        <Icon name="compare" />
        {words.compare}
      </button>
      <button type="button" onClick={() => store.setState({ recipe: result.id })}>
        <Icon name="recipe" />
        {words.recipe}
      </button>
      {copied && <span className="hint">{words.copied}</span>}
    </div>
  );
}
