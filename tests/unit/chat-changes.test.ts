import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChatChange, type DatedChange, runsOf, withChange, withRun } from '../../src/state/changes.ts';
import type { ChatId, ChatRecord, ModelTurn, PersonTurn, Result, TurnId } from '../../src/storage/records.ts';
import type { Seed } from '../../workers/protocol.ts';

const chat = fc.constantFrom('one', 'two').map((id) => id as ChatId);
const turn = fc.constantFrom('a', 'b', 'c', 'd').map((id) => id as TurnId);

const person = (id: TurnId): PersonTurn => {
  return { id, parent: null, from: 'person', text: id, pictures: [], reference: null, about: null, form: 'auto' };
};

const model = (id: TurnId): ModelTurn => {
  const said = { state: 'done' as const, text: id, form: null, results: [], failure: null, turnsLeftOut: 0 };
  return { id, parent: null, from: 'model', ...said };
};

const result = (id: string, prompt: string): Result => {
  const size = { width: 64, height: 64 };
  return { id, state: 'done', prompt, seed: '7' as Seed, ...size, image: null, from: null, model: 'nano' };
};

const change = fc.oneof(
  { weight: 4, arbitrary: turnChange() },
  { weight: 4, arbitrary: resultChange() },
  fc.record({ kind: fc.constant('title' as const), chat, title: fc.constantFrom('x', 'y') }),
  fc.record({ kind: fc.constant('turn-deletion' as const), chat, turn }),
  fc.record({ kind: fc.constant('chat-deletion' as const), chat }),
);

function turnChange(): fc.Arbitrary<ChatChange> {
  const made = fc.tuple(turn, fc.boolean()).map(([id, isModel]) => (isModel ? model(id) : person(id)));
  const place = fc.constantFrom('behind' as const, 'beside' as const);
  return fc.record({ kind: fc.constant('turn' as const), chat, place, turn: made });
}

function resultChange(): fc.Arbitrary<ChatChange> {
  const made = fc.tuple(fc.constantFrom('r', 's'), fc.constantFrom('p', 'q')).map(([id, prompt]) => result(id, prompt));
  return fc.record({ kind: fc.constant('result' as const), chat, turn, result: made });
}

test('changes that come together lead where they lead one by one', () => {
  const dated = fc.record({ change, at: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(fc.array(dated, { maxLength: 40 }), (changes: readonly DatedChange[]) => {
      const none: readonly ChatRecord[] = [];
      const together = runsOf(changes).reduce(withRun, none);
      const alone = changes.reduce((chats, each) => withChange(chats, each.change, each.at), none);
      expect(together).toEqual(alone);
    }),
    { numRuns: 300 },
  );
});
