/** What may be said next to a picture. */
import type { PageWords } from '../../words/words.ts';
import type { TurnRecord } from '../storage/records.ts';

/** Changes offered beside the question. */
const most = 2;

/** Sentences that fit the pictures of the conversation; none where its last answer is no finished picture. */
export function suggestionsFor(turns: readonly TurnRecord[], words: PageWords['opening']): readonly string[] {
  const last = turns.at(-1);
  if (last?.from !== 'model' || !last.results.some(({ state }) => state === 'done')) return [];
  const said = turns.map((turn) => (turn.from === 'unreadable' ? '' : turn.text.toLowerCase())).join('\n');
  const changes = words.changes.filter(
    ({ needs, unless }) => said.includes(needs) && (unless === '' || !said.includes(unless)),
  );
  return [...changes.slice(0, most).map(({ say }) => say), words.question];
}
