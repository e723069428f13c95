import { expect, test } from 'vitest';
import { failure } from '../../model/failure.ts';
import { failureSentence, words } from '../../words/index.ts';

const stages = ['waiting', 'loading', 'reading', 'writing', 'drawing'] as const;

test.each(stages)('Stop while %s is told in words of each language', (stage) => {
  const stopped = failure('STOPPED', { stage });
  expect(failureSentence(words.en, stopped)).toMatch(/^Stopped while (?!language|painter|reply|loading)\p{Ll}/u);
  expect(failureSentence(words.zh, stopped)).not.toMatch(/[a-z]/);
});
