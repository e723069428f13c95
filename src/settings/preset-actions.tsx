/** What is done with presets of one's own, below the list of all of them. */
import { type KeyboardEvent, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { deletePreset, exportPreset, importPreset, renamePreset, savePreset } from '../actions/presets.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { FileInput } from '../app/file-input.tsx';
import { isForInputMethod } from '../app/input-method.ts';
import { goodOf } from '../state/own-settings.ts';
import { longestPresetName, ownPresetOf } from './own-presets.ts';

export default function PresetActions() {
  const words = useWords().page.settings.own;
  const perform = usePerform();
  const chosen = useSelect((state) => ownPresetOf(goodOf(state), state.ownPresets));
  const [naming, setNaming] = useState<'new' | 'chosen' | null>(null);
  const first = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const leave = () => {
    flushSync(() => setNaming(null));
    first.current?.focus();
  };
  if (naming !== null) {
    const name = (text: string) => {
      if (naming === 'new') perform(savePreset, text);
      else if (chosen !== undefined) perform(renamePreset, chosen.id, text);
      leave();
    };
    return <NameField initial={naming === 'new' ? '' : (chosen?.name ?? '')} name={name} leave={leave} />;
  }
  const button = (label: string, press: () => void) => (
    <button type="button" className="link" onClick={press}>
      {label}
    </button>
  );
  return (
    <div className="row preset-actions">
      {chosen === undefined ? (
        <button ref={first} type="button" className="link" onClick={() => setNaming('new')}>
          {words.save}
        </button>
      ) : (
        <>
          <button ref={first} type="button" className="link" onClick={() => setNaming('chosen')}>
            {words.rename}
          </button>
          {button(words.export, () => perform(exportPreset, chosen.id))}
          {button(words.delete, () => {
            flushSync(() => perform(deletePreset, chosen.id));
            first.current?.focus();
          })}
        </>
      )}
      {button(words.import, () => input.current?.click())}
      <FileInput
        ref={input}
        accept=".json,application/json"
        take={([file]) => {
          if (file !== undefined) perform(importPreset, file);
        }}
      />
    </div>
  );
}

interface NameFieldProps {
  readonly initial: string;
  readonly name: (text: string) => void;
  readonly leave: () => void;
}

function NameField({ initial, name, leave }: NameFieldProps) {
  const { page } = useWords();
  const [text, setText] = useState(initial);
  const press = (event: KeyboardEvent) => {
    if (isForInputMethod(event.nativeEvent)) return;
    if (event.key === 'Enter' && text.trim() !== '') name(text);
    else if (event.key === 'Escape') leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="row preset-actions">
      <input
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
        autoFocus
        type="text"
        dir="auto"
        aria-label={page.settings.own.name}
        placeholder={page.settings.own.name}
        maxLength={longestPresetName}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={press}
      />
      <button
        type="button"
        className="link"
        aria-disabled={text.trim() === '' || undefined}
        onClick={() => text.trim() !== '' && name(text)}
      >
        {page.turn.save}
      </button>
      <button type="button" className="link" onClick={leave}>
        {page.turn.cancel}
      </button>
    </div>
  );
}
