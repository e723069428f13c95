/** How fast the model works: told while it does, and kept with what it made. */
import { describe, expect, test } from 'vitest';
import { speedSentence } from '../../src/app/speed.tsx';
import { recipeRows } from '../../src/picture/recipe-rows.ts';
import { noTempo, secondsPerStep, type Tempo, tempoAfter, tokensPerSecond } from '../../src/state/tempo.ts';
import { restoreResult, restoreTurn, turnIdOf } from '../../src/storage/restore.ts';
import type { JobId } from '../../workers/protocol.ts';
import { openPage } from '../helpers/page.ts';
import { words } from '../helpers/words.ts';

const job = 'job' as JobId;
const text = (tokens: number) => ({ type: 'text', job, delta: 'a', tokens }) as const;
const step = (count: number) => ({ type: 'step', job, step: count, steps: 4, remainingMs: 0 }) as const;

type Told = readonly [event: Parameters<typeof tempoAfter>[1], now: number];
const told = (...events: readonly Told[]): Tempo =>
  events.reduce((tempo, [event, now]) => tempoAfter(tempo, event, now), noTempo);

describe('what can be said', () => {
  test('of tokens: those behind the first, by their own count', () => {
    const tempo = told([text(8), 1000], [text(9), 1200], [text(23), 2000]);
    expect(tokensPerSecond(tempo)).toBe(15);
    expect(speedSentence(tempo, words.en.page.speed)).toBe('15 tokens a second');
    expect(speedSentence(tempo, words.zh.page.speed)).toBe('每秒 15 个词元');
  });

  test('of steps: from the end of the first on', () => {
    const tempo = told([text(1), 0], [text(90), 900], [step(1), 5000], [step(2), 6500], [step(3), 8000]);
    expect(secondsPerStep(tempo)).toBe(1.5);
    expect(speedSentence(tempo, words.en.page.speed)).toBe('1.5 s a step');
    expect(speedSentence(tempo, words.zh.page.speed)).toBe('每步 1.5 秒');
  });

  test('one token a second is one', () => {
    expect(speedSentence(told([text(1), 0], [text(3), 2000]), words.en.page.speed)).toBe('1 token a second');
  });

  test.each<readonly [string, readonly Told[]]>([
    ['before anything is told', []],
    ['of one token', [[text(1), 0]]],
    [
      'of a beginning that came at once',
      [
        [text(1), 0],
        [text(9), 3],
      ],
    ],
    ['of the first step', [[step(1), 100]]],
    [
      'of work that is begun again',
      [
        [text(1), 0],
        [text(9), 900],
        [{ type: 'begun again', job }, 1000],
      ],
    ],
  ])('nothing %s', (_, events) => {
    const tempo = told(...events);
    expect([tokensPerSecond(tempo), secondsPerStep(tempo), speedSentence(tempo, words.en.page.speed)]).toEqual([
      undefined,
      undefined,
      '',
    ]);
  });
});

test('it is kept with the answer and its picture, and is among what Recipe says', async () => {
  const page = openPage();
  page.modelIsReady();
  page.session.painting = async ({ job: painting }) => {
    for (const count of [1, 2]) {
      page.session.emit({ ...step(count), job: painting });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  page.say('draw a red car');
  await page.idle();
  const [result] = page.answer().results;
  const seconds = result?.secondsPerStep;
  if (result === undefined || seconds === undefined) throw new Error('not kept');
  expect(seconds).toBeGreaterThan(0);
  expect(recipeRows(result, words.en.page)).toContainEqual(['Speed', words.en.page.speed.step(seconds)]);
  // Over a reload too; what cannot be right is left out, and the picture stays.
  expect(restoreResult(JSON.parse(JSON.stringify(result)))?.secondsPerStep).toBe(seconds);
  expect(restoreResult({ ...result, secondsPerStep: -1, fullSteps: 0.5 })).toMatchObject({ id: result.id });
  const place = { id: turnIdOf('one'), parent: null };
  const { results: _, ...turn } = { ...page.answer(), tokensPerSecond: 12 };
  expect(restoreTurn(place, turn)).toMatchObject({ tokensPerSecond: 12 });
});
