/** How much is done: a little in `npm test`, all of it in `npm run test:long`. */
export const isLong = process.env.TEST_LONG === '1';

export const amounts = isLong
  ? { kills: 200, messagesATab: 100, quotaLevels: 10, bits: 300, doubleFaults: 5000, tabRounds: 200, installCuts: 50 }
  : { kills: 3, messagesATab: 2, quotaLevels: 1, bits: 0, doubleFaults: 300, tabRounds: 6, installCuts: 1 };

/** The tests' titles tell it. It comes from outside, since a run has several processes, which have to agree on the titles. */
export const seed = Number(process.env.FAULT_SEED ?? 1);

/** Numbers from 0 to 1 that follow from the seed alone. */
export function randomNumbers(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
