/** What pictures' files are called when they leave the page. */
import { pictureFileName } from '../../session/file-name.ts';
import type { Result, TurnRecord } from '../storage/records.ts';
import { madeOnce } from './made-once.ts';
import type { AppState } from './state.ts';

/**
 * By the person's pattern.
 *
 * @param mark stands between the name and its ending
 */
export function fileNameOf(state: Pick<AppState, 'chats' | 'saveNames'>, result: Result, mark = ''): string {
  const { prompt, seed, model, made = Date.now() } = result;
  return pictureFileName(state.saveNames, { prompt, seed, model, made, number: numberOf(state, result) }, mark);
}

/** Its place among all that its chat has drawn. */
function numberOf({ chats }: Pick<AppState, 'chats'>, { id }: Result): number {
  for (const { turns } of chats) {
    const number = numbersIn(turns).get(id);
    if (number !== undefined) return number;
  }
  return 1;
}

const numbersIn = madeOnce((turns: readonly TurnRecord[]): ReadonlyMap<string, number> => {
  const results = turns.flatMap((turn) => (turn.from === 'model' ? turn.results : []));
  return new Map(results.map(({ id }, index) => [id, index + 1]));
});
