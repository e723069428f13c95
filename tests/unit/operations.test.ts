/** What the published model computes, counted by hand (docs/reference.md), and how long that takes on a device. */
import { describe, expect, test } from 'vitest';
import { phraseOf, phraseOfBatch, type TimedJob } from '../../cli/draw/expected-time.ts';
import { readSettings } from '../../cli/draw/options.ts';
import { withPreset } from '../../cli/draw/preset.ts';
import { countedSizes } from '../../model/bundle/counted-sizes.ts';
import { imagePass, passSeconds, stepPass, tokenPass } from '../../model/bundle/operations.ts';
import { readNexusConfig } from '../../model/config/nexus.ts';
import { presets } from '../../model/config/presets.ts';
import { published } from '../../model/config/published.table.ts';
import { pictureSeconds } from '../../session/expected-time.ts';
import { paceOf } from '../../src/library/pace.ts';
import { enExpectedTime } from '../../words/en/expected-time.ts';
import { zhExpectedTime } from '../../words/zh/expected-time.ts';
import { opened } from '../helpers/fake-session.ts';

const sizes = countedSizes(readNexusConfig({ ...published.transformer, vision_config: published.vision }));
/** Query, key, value, output, and the three matrices of SwiGLU. */
const layer = 3584 * 3584 + 2 * 3584 * 512 + 3584 * 3584 + 3 * 3584 * 18944;
const layers = 28 * layer;
const square = 3072 * 3072;

describe('the published model', () => {
  test('reads 7.07 billion weights for a token', () => {
    expect(layers).toBe(6_525_288_448);
    expect(tokenPass(sizes)).toEqual({ weights: layers + 3584 * 152_064, operations: 2 * (layers + 3584 * 152_064) });
    expect(tokenPass(sizes).weights / 1e9).toBeCloseTo(7.07, 2);
  });

  test('takes BOI, 81 embeddings and EOI through all layers in one pass', () => {
    const { weights, operations } = imagePass(sizes);
    expect(weights).toBe(layers + 3584 * 3584);
    expect(operations).toBe(2 * (83 * layers + 81 * 3584 * 3584));
  });

  test('computes 57 blocks over 1,024 latents and 81 embeddings in a step of 512 × 512', () => {
    const tokens = 1024 + 81;
    // Each of 19 joint blocks has the matrices of two streams; a token goes through those of its own.
    const { weights, operations } = stepPass(sizes, 'generation', { width: 512, height: 512 });
    expect(weights).toBe((19 * 2 + 38) * 12 * square);
    expect(operations).toBe(57 * (2 * 12 * square * tokens + 4 * tokens * tokens * 3072));
    expect(operations / 1e12).toBeCloseTo(15.12, 2);
  });

  test.each([
    ['generation', 64, 16 + 81],
    ['editing', 64, 421],
    ['negative', 512, 1024 + 512],
    ['generation', 1024, 4096 + 81],
  ] as const)('%s at %i pixels has %i rows', (branch, side, rows) => {
    const { operations } = stepPass(sizes, branch, { width: side, height: side });
    expect(operations).toBe(57 * (24 * square * rows + 4 * rows * rows * 3072));
  });
});

describe('on a device', () => {
  const throughput = { weights: 1e11, operations: 1e13 };

  test('a token takes as long as its weights take to be read, a step longest for its products', () => {
    expect(passSeconds(tokenPass(sizes), throughput)).toBeCloseTo(0.0707 + 0.0014, 4);
    expect(passSeconds(stepPass(sizes, 'generation', sizes.size), throughput)).toBeCloseTo(0.086 + 1.512, 3);
  });

  test.each([
    ['chat', 'fits', 0, null, 'about 14 tokens a second'],
    ['draw', 'fits', 0, null, 'about 2 seconds a step'],
    ['draw', 'streamed', 0, null, 'about 2 seconds a step'],
    ['draw', 'streamed', 4e9, 1e9, 'about 6 seconds a step'],
    ['chat', 'streamed', 3e9, 2e9, 'about 2 seconds a token'],
    ['draw', 'streamed', 4e9, null, 'at least 2 seconds a step, and the time in which 4.0 GB are read for it'],
    ['edit', 'too large', 0, 1e9, null],
  ] as const)(
    'a plan tells of %s, %s, with %d bytes read each time at %s a second: %s',
    (ability, fit, reads, readingRate, told) => {
      const planned = { fit, bytes: 0, reads };
      expect(paceOf(ability, planned, sizes, { throughput, readingRate }, enExpectedTime)).toBe(told);
    },
  );

  test('a picture takes its steps, with CFG those of the negative branch too, in a part of them where so chosen', () => {
    const painting = { ...sizes.size, decoder: 'generation' } as const;
    const steps = (count: number) => pictureSeconds(sizes, { ...painting, steps: count, cfg: 1 }, throughput);
    const step = steps(2) - steps(1);
    const negative = passSeconds(stepPass(sizes, 'negative', sizes.size), throughput);
    const taken = (name: keyof typeof presets) => pictureSeconds(sizes, { ...painting, ...presets[name] }, throughput);
    expect(taken('fast')).toBeCloseTo(steps(0) + 8 * step, 6);
    // Of 28 steps those from 0.3 to 0.7: the 10th to the 20th.
    expect(taken('balanced')).toBeCloseTo(steps(0) + 28 * step + 11 * negative, 6);
    expect(taken('reference')).toBeCloseTo(steps(0) + 50 * (step + negative), 6);
  });

  test('the terminal says so where it takes more than a minute', () => {
    const bundle = {
      ...opened.bundle,
      counted: sizes,
      defaults: { ...opened.bundle.defaults, ...sizes.size, steps: 50 },
    };
    const slow = { weights: 1.4e8, operations: 2e10 };
    const settings = withPreset(readSettings({}), bundle);
    const said = (command: 'draw' | 'ask', rate: typeof slow) =>
      phraseOf({ command, settings }, { bundle, throughput: rate }, 'at least');
    expect(said('draw', slow)).toBe('Estimated for this device: at least 11 hours a picture.');
    expect(said('ask', slow)).toBe('Estimated for this device: at least 51 seconds a token.');
    expect(said('draw', { weights: 1e12, operations: 1e14 })).toBeNull();
    expect(said('ask', { weights: 1e12, operations: 1e14 })).toBeNull();
    // Of a batch all that it is to do counts together, though no part of it would take long.
    const card = { weights: 1e10, operations: 1e13 };
    const drawing = {
      command: 'draw',
      settings: withPreset(readSettings({ count: '4', steps: '4' }), bundle),
    } as const;
    const question = { command: 'ask', settings } as const;
    const together = (...jobs: readonly TimedJob[]) => phraseOfBatch(jobs, { bundle, throughput: card }, 'about');
    for (const job of [question, drawing]) expect(together(job)).toBeNull();
    expect(together(question, drawing, drawing)).toBe(
      'Estimated for this device: about 2 minutes for the whole batch.',
    );
  });
});

describe('in words', () => {
  test.each([
    [0.04, 'less than 0.1 seconds a step', '每步不到 0.1 秒'],
    [0.34, 'about 0.3 seconds a step', '每步约 0.3秒'],
    [1.2, 'about 1 second a step', '每步约 1秒'],
    [4.4, 'about 4 seconds a step', '每步约 4秒'],
    [47.3, 'about 47 seconds a step', '每步约 47秒'],
    [100, 'about 2 minutes a step', '每步约 2分钟'],
    [3_000, 'about 50 minutes a step', '每步约 50分钟'],
    [9_000, 'about 2.5 hours a step', '每步约 2.5小时'],
  ])('%d seconds', (seconds, en, zh) => {
    expect(enExpectedTime.step(seconds, 'about')).toBe(en);
    expect(zhExpectedTime.step(seconds, 'about')).toBe(zh);
  });

  test('tokens of a fast device are counted by the second; what is loaded each time takes at least so long', () => {
    expect(enExpectedTime.token(0.05, 'about')).toBe('about 20 tokens a second');
    expect(zhExpectedTime.token(0.05, 'about')).toBe('约每秒 20 个词元');
    expect(enExpectedTime.token(0.001, 'about')).toBe('less than 0.1 seconds a token');
    expect(zhExpectedTime.token(0.001, 'about')).toBe('每个词元不到 0.1 秒');
    expect(enExpectedTime.token(52, 'at least')).toBe('at least 52 seconds a token');
    expect(enExpectedTime.token(0.05, 'at least')).toBe('at least 0.05 seconds a token');
  });
});
