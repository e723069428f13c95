import { expect, test } from 'vitest';
import { restoreChat } from '../../src/storage/restore.ts';
import { failureSentence, words } from '../../words/index.ts';

function chatWith(failure: unknown) {
  const turn = { id: 't', from: 'model', state: 'failed', text: '', form: null, results: [], failure, turnsLeftOut: 0 };
  return restoreChat({ id: 'c', title: '', changed: 1, turns: [turn] });
}

test('a failure that another version stored, and this one has no words for, is still told', () => {
  for (const stored of [
    { code: 'OF_A_LATER_VERSION', data: {} },
    { code: 'MODEL_MISMATCH', data: {} },
  ]) {
    const [turn] = chatWith(stored)?.turns ?? [];
    const failure = turn?.from === 'model' ? turn.failure : null;
    expect(failure).toEqual({ code: 'UNEXPECTED', data: { message: stored.code } });
    if (failure !== null) expect(failureSentence(words.en, failure)).toContain(stored.code);
  }
});

test('a failure that this version knows is told as it was', () => {
  const stored = { code: 'BUNDLE_FILE', data: { file: 'a.bin', problem: 'missing' } };
  const [turn] = chatWith(stored)?.turns ?? [];
  expect(turn?.from === 'model' && turn.failure).toEqual(stored);
});
