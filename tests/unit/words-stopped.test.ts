import { expect, test } from 'vitest';
import { failure } from '../../model/failure.ts';
import { failureSentence } from '../../words/words.ts';
import { words } from '../helpers/words.ts';

const stages = ['waiting', 'loading', 'reading', 'writing', 'drawing'] as const;

test.each(stages)('Stop while %s is told in words of each language', (stage) => {
  const stopped = failure('STOPPED', { stage });
  expect(failureSentence(words.en, stopped)).toMatch(/^Stopped while (?!language|painter|reply|loading)\p{Ll}/u);
  expect(failureSentence(words.zh, stopped)).not.toMatch(/[a-z]/);
});
