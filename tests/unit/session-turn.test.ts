/** A turn from request to result, as page and terminal see it: what is told, and which pictures the model is given. */
import { describe, expect, test, vi } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { picturesOfPlan } from '../../model/text/turn-plan.ts';
import { requireRepeatable } from '../../session/repetition.ts';
import { runTurn } from '../../session/turn.ts';
import { planOfRecipe } from '../../session/variation.ts';
import type { Turn } from '../../workers/protocol.ts';
import { askedTurn, brought, eventsOfTurn, imageOf, sourcesWith } from '../helpers/asked-turn.ts';
import { fakeSession, opened, reply } from '../helpers/fake-session.ts';
import { until } from '../helpers/until.ts';

const car = imageOf('1');
const photo = imageOf('2');

function open(pictures: Parameters<typeof sourcesWith>[0] = {}) {
  const session = fakeSession();
  session.lacks = ({ plan }) => picturesOfPlan(plan);
  return { session, context: { session, opened, sources: sourcesWith(pictures) } };
}

const drewCar: readonly Turn[] = [
  { from: 'person', text: 'draw a car', images: [] },
  { from: 'model', text: 'Here is an image:<image>', drawn: car },
];
const asks = (text: string, ...images: (typeof car)[]): Turn => ({ from: 'person', text, images });
const embeddings = { data: Float32Array.of(4, 3, 2, 1), hidden: 4, grid: [1, 2, 2] } as const;
const drawnBy = (bundle: string) => ({ ...brought, drawnFrom: { embeddings, bundle } });

describe('a turn', () => {
  test('tells its words, the picture it comes to, its painting and its end, in this order', async () => {
    const { session, context } = open();
    session.painting = ({ job }) => session.emit({ type: 'step', job, step: 1, steps: 4, remainingMs: 9 });
    const events = await eventsOfTurn(context, askedTurn('draw a car'));
    expect(events.map(({ type }) => type)).toEqual(['text', 'imagining', 'drawn', 'step', 'painted', 'ended']);
    expect(events[2]).toMatchObject({ plan: { width: 64, height: 64, seed: '7', steps: 4 } });
    expect(events[4]).toMatchObject({
      painting: { width: 64, height: 64 },
      fileRecipe: { seed: '7', versions: { tests: '1' }, messages: [{ text: 'draw a car' }] },
    });
    expect(session.painted).toHaveLength(1);
  });

  test('hears nothing of another job', async () => {
    const { session, context } = open();
    session.answer = () => {
      session.emit({ type: 'text', job: 'other' as never, delta: 'not for you', tokens: 1 });
      return reply('Hello!', 'words');
    };
    const events = await eventsOfTurn(context, askedTurn('hello'));
    expect(events).toMatchObject([{ type: 'text', delta: 'Hello!' }, { type: 'ended' }]);
  });

  test('of which words alone are wanted paints nothing', async () => {
    const { session, context } = open();
    const events = await eventsOfTurn(context, askedTurn('draw a car', { wanted: 'words' }));
    expect(events.at(-1)).toMatchObject({ type: 'ended', reply: { drawing: { decoder: 'generation' } } });
    expect(session.painted).toEqual([]);
  });

  test('that fails throws behind what it told before', async () => {
    const { session, context } = open();
    session.painting = () => Promise.reject(new Error('broken'));
    const told: string[] = [];
    const turn = async () => {
      for await (const { type } of runTurn(context, askedTurn('draw a car'), new AbortController().signal)) {
        told.push(type);
      }
    };
    await expect(turn()).rejects.toThrow('broken');
    expect(told).toEqual(['text', 'imagining', 'drawn']);
  });

  test('is stopped by its signal, and by nobody listening any more', async () => {
    const { session, context } = open();
    const held: AbortSignal[] = [];
    const { paint } = session;
    session.paint = (request, signal) => {
      held.push(signal);
      return paint(request, signal);
    };
    session.painting = () => new Promise(() => undefined);
    const stopping = new AbortController();
    const stopped = eventsOfTurn(context, askedTurn('draw a car'), stopping.signal);
    await until(() => held.length === 1);
    stopping.abort();
    expect(failureOf(await stopped.catch((error: unknown) => error)).code).toBe('STOPPED');
    for await (const { type } of runTurn(context, askedTurn('draw a car'), new AbortController().signal)) {
      if (type === 'drawn') break;
    }
    await until(() => held[1]?.aborted === true);
  });
});

describe('a drawn picture of the conversation', () => {
  const turns = [...drewCar, asks('what is it?')];

  test('is recalled as the embeddings it was drawn from', async () => {
    const { session, context } = open({ [car]: drawnBy(opened.bundle.sha256) });
    await eventsOfTurn(context, askedTurn('', { turns }));
    expect(session.given).toEqual([[{ id: car, kind: 'drawn', pixels: brought.pixels, embeddings }]]);
  });

  test('is read as any picture where another model drew it, whose embeddings mean nothing to this one', async () => {
    const { session, context } = open({ [car]: drawnBy('b'.repeat(64)) });
    await eventsOfTurn(context, askedTurn('', { turns }));
    expect(session.given).toEqual([[{ id: car, kind: 'seen', pixels: brought.pixels }]]);
  });
});

describe('a picture that is gone', () => {
  test('is left out of the turns before, and the conversation goes on', async () => {
    const { session, context } = open({ [photo]: brought });
    const turns = [asks('', car), ...drewCar.slice(1), asks('and a photo', photo), ...drewCar, asks('what is it?')];
    const events = await eventsOfTurn(context, askedTurn('', { turns }));
    const [{ plan } = { plan: null }] = session.asked;
    expect(plan?.history).toEqual([
      asks('and a photo', photo),
      asks('draw a car'),
      { from: 'model', text: 'Here is an image:', drawn: null },
    ]);
    expect(plan).toMatchObject({ reference: null, drawn: [] });
    expect(session.given).toEqual([[{ id: photo, kind: 'seen', pixels: brought.pixels }]]);
    expect(events.at(-1)?.type).toBe('ended');
  });

  test.each([
    ['that the turn brings', asks('what is it?', car), {}],
    ['that a person picked', asks('make it night'), { reference: car }],
    ['that the words name', asks('is the first picture good?'), {}],
    ['that would be edited', asks('make it night'), {}],
  ])('%s cannot be done without', async (_, own, changes) => {
    const { session, context } = open();
    const failure = await eventsOfTurn(context, askedTurn('', { turns: [...drewCar, own], ...changes })).catch(
      failureOf,
    );
    expect(failure).toEqual({ code: 'PICTURE_GONE', data: {} });
    expect(session.asked).toEqual([]);
  });
});

describe('a turn that changes a selected area alone', () => {
  const mask = imageOf('3');
  const sized = (width: number, height: number, level: number) => ({
    pixels: { width, height, data: new Uint8Array(width * height * 3).fill(level) },
    drawnFrom: null,
  });
  const turn = askedTurn('make it night', {
    turns: [asks('make it night', photo)],
    reference: photo,
    painting: { ...askedTurn('').painting, area: { of: photo, mask } },
  });

  test('hands the picture and where it is marked to the painter, and its recipe names both', async () => {
    const { session, context } = open({ [photo]: sized(60, 30, 9), [mask]: sized(30, 15, 255) });
    const events = await eventsOfTurn(context, turn);
    expect(session.painted).toMatchObject([
      { width: 96, height: 64, area: { pixels: { width: 60, height: 30 }, mask: { width: 30, height: 15 } } },
    ]);
    const painted = events.find((event) => event.type === 'painted');
    expect(painted?.recipe).toMatchObject({ mask, reference: photo });
    expect(painted?.recipe.images.map(({ sha256 }) => sha256)).toEqual([photo, mask]);
    expect(painted && planOfRecipe(painted.recipe).area).toEqual({ of: photo, mask });
  });

  test.each([
    ['whose mask is gone', {}, 'MASK_GONE'],
    ['with nothing in it', { [mask]: sized(60, 30, 0) }, 'MASK_EMPTY'],
    ['of a picture of another shape', { [mask]: sized(30, 60, 255) }, 'MASK_SIZE'],
  ] as const)('%s fails before the model works', async (_, pictures, code) => {
    const { session, context } = open({ [photo]: sized(60, 30, 9), ...pictures });
    const speak = vi.spyOn(session, 'speak');
    expect(failureOf(await eventsOfTurn(context, turn).catch((error) => error))).toMatchObject({ code });
    expect(speak).not.toHaveBeenCalled();
  });

  test('is repeated only where the picture that it lies on is there, whichever decoder drew it', async () => {
    const { context } = open({ [photo]: sized(60, 30, 9), [mask]: sized(60, 30, 255) });
    const events = await eventsOfTurn(context, { ...turn, imagined: embeddings });
    const painted = events.find((event) => event.type === 'painted');
    const recipe = painted?.recipe;
    if (recipe === undefined) throw new Error('nothing was painted');
    expect(recipe.decoder).toBe('generation');
    await requireRepeatable(recipe, opened.bundle, context.sources);
    const without = sourcesWith({ [mask]: sized(60, 30, 255) });
    const failure = failureOf(await requireRepeatable(recipe, opened.bundle, without).catch((error) => error));
    expect(failure).toMatchObject({ code: 'RECIPE_PICTURE_MISSING', data: { sha256: photo } });
  });

  test('of a picture that was removed meanwhile fails as that', async () => {
    const { context } = open({ [mask]: sized(60, 30, 255) });
    const failure = failureOf(await eventsOfTurn(context, turn).catch((error) => error));
    expect(failure).toMatchObject({ code: 'PICTURE_GONE' });
  });
});
