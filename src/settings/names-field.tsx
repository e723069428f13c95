import { useId, useState } from 'react';
import { type PatternProblem, patternProblem, pictureFileName, usualPattern } from '../../session/file-name.ts';
import { chooseSaveNames } from '../actions/set.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { drawnPictures } from '../state/drawn.ts';
import { fileNameOf } from '../state/file-names.ts';
import type { AppState } from '../state/state.ts';
import { Field } from './field.tsx';

/** How saved pictures are called: a pattern, with the name that it gives the latest picture. */
export function NamesField() {
  const words = useWords().page.settings.saveNames;
  const perform = usePerform();
  const used = useSelect(({ saveNames }) => saveNames);
  const [draft, setDraft] = useState<string | null>(null);
  const written = draft ?? used;
  const problem = patternProblem(written);
  const [now] = useState(() => Date.now());
  const pattern = problem === null ? written : used;
  const example = useSelect((state) => exampleOf({ ...state, saveNames: pattern }, words.sample, now));
  const parts = useId();
  return (
    <div className="field">
      <Field
        label={words.label}
        hint={words.example(example)}
        reason={problem === null ? '' : reasonOf(problem, words, used || usualPattern)}
      >
        {({ 'aria-describedby': described, ...attributes }) => (
          <input
            {...attributes}
            aria-describedby={`${described} ${parts}`}
            type="text"
            dir="auto"
            aria-invalid={problem !== null}
            placeholder={usualPattern}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            value={written}
            onChange={({ currentTarget: { value } }) => {
              setDraft(value);
              perform(chooseSaveNames, value);
            }}
            // What another tab writes is seen again.
            onBlur={() => problem === null && setDraft(null)}
          />
        )}
      </Field>
      <p id={parts} className="hint">
        {words.parts}
      </p>
    </div>
  );
}

type NameWords = ReturnType<typeof useWords>['page']['settings']['saveNames'];

/** Of the latest picture, or of one that could be drawn. */
function exampleOf(state: AppState, prompt: string, now: number): string {
  const [latest] = drawnPictures(state.chats);
  if (latest !== undefined) return fileNameOf(state, latest.result);
  const model = state.lastBundle?.name ?? 'Nexus-Gen';
  return pictureFileName(state.saveNames, { prompt, seed: '7', model, made: now, number: 1 });
}

function reasonOf(problem: PatternProblem, words: NameWords, used: string): string {
  switch (problem.kind) {
    case 'part':
      return words.noPart(problem.part, used);
    case 'character':
      return words.noCharacter(problem.character, used);
    case 'brace':
    case 'long':
      return words[problem.kind](used);
  }
}
