/** Which words of a text are new, and which are gone. */
import { diffWords } from 'diff';

export interface WordChange {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Texts that have less in common are shown as one in the other's place. */
const mostEdits = 400;

const words = new Intl.Segmenter(undefined, { granularity: 'word' });

export function wordChanges(before: string, after: string): readonly WordChange[] {
  const found = diffWords(before, after, { intlSegmenter: words, ignoreCase: true, maxEditLength: mostEdits });
  const changes = found?.map(({ value, added, removed }): WordChange => {
    return { kind: added ? 'added' : removed ? 'removed' : 'same', text: value };
  });
  const all: readonly WordChange[] = [
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ];
  return (changes ?? all).filter(({ text }) => text !== '');
}

/** As the language counts words; signs and spaces are none. */
export function wordsAdded(changes: readonly WordChange[]): number {
  return changes
    .filter(({ kind }) => kind === 'added')
    .flatMap(({ text }) => [...words.segment(text)])
    .filter(({ isWordLike }) => isWordLike).length;
}
