import { describe, expect, test } from 'vitest';
import { largestSeed, readSettings } from '../../cli/draw/options.ts';
import { pictureSize, refuseUnserved, samplingOf, taskAndForm } from '../../cli/draw/request.ts';
import type { BundleSummary } from '../../workers/protocol.ts';

const bundle: BundleSummary = {
  id: 'tiny',
  name: 'Tiny',
  sha256: '0',
  forms: 'plain',
  context: 'conversation',
  decoders: ['generation'],
  negative: 'none',
  defaults: {
    width: 128,
    height: 96,
    steps: 4,
    guidance: 1,
    cfg: 1,
    editingCfg: 1,
    strength: 1,
    temperature: 0,
    topP: 1,
    maxTokens: 64,
  },
  bytes: 1,
};

describe('options', () => {
  test('nothing given leaves everything to the bundle', () => {
    expect(readSettings({})).toMatchObject({ seed: null, steps: null, size: null, decoder: 'auto', count: 1 });
  });

  test('values at their limits are taken', () => {
    const settings = readSettings({
      seed: String(largestSeed),
      steps: '1000',
      size: '64x2048',
      guidance: '30',
      cfg: '0',
      'top-p': '1',
    });
    expect(settings).toMatchObject({ seed: largestSeed, steps: 1000, guidance: 30, cfg: 0, topP: 1 });
  });

  test('sizes are rounded up to 16', () => {
    expect(readSettings({ size: '65x100' }).size).toEqual({ width: 80, height: 112 });
  });

  test.each([
    [{ seed: 'banana' }, /--seed .* not "banana"/],
    [{ seed: '-1' }, /--seed/],
    [{ seed: '18446744073709551616' }, /--seed/],
    [{ seed: '1e3' }, /--seed/],
    [{ steps: '0' }, /--steps .* 1 to 1000/],
    [{ steps: '1001' }, /--steps/],
    [{ steps: '2.5' }, /--steps/],
    [{ size: '0x64' }, /--size/],
    [{ size: '63x64' }, /--size/],
    [{ size: '64x5000' }, /--size/],
    [{ size: '64' }, /--size/],
    [{ guidance: '31' }, /--guidance/],
    [{ cfg: 'NaN' }, /--cfg/],
    [{ cfg: '-0.1' }, /--cfg/],
    [{ strength: '1.1', start: 'a.png' }, /--strength/],
    [{ strength: '0.5' }, /--start/],
    [{ decoder: 'both' }, /--decoder is one of/],
    [{ language: 'fr' }, /--language/],
    [{ form: 'chat' }, /--form/],
    [{ prefill: 'both' }, /--prefill/],
    [{ count: '0' }, /--count/],
    [{ count: '2', seed: '18446744073709551615' }, /beyond the largest seed/],
  ])('%o is refused', (given, reason) => {
    expect(() => readSettings(given)).toThrow(reason);
  });
});

describe('what a bundle can serve', () => {
  test.each([
    [{ decoder: 'editing' }, bundle, /only generation/],
    [{ negative: 'blurry' }, bundle, /no negative branch/],
    [{ cfg: '2' }, bundle, /no negative branch/],
    [{ negative: 'blurry' }, { ...bundle, negative: 'empty' as const }, /empty negative prompt/],
  ])('%o is refused with the reason', (given, which, reason) => {
    expect(() => refuseUnserved(readSettings(given), which)).toThrow(reason);
  });

  test('what it can serve is not refused', () => {
    refuseUnserved(readSettings({ cfg: '1', decoder: 'generation' }), bundle);
    refuseUnserved(readSettings({ cfg: '3', negative: '' }), { ...bundle, negative: 'empty' });
  });
});

describe('a request', () => {
  test('the form is that of the command unless another is named', () => {
    expect(taskAndForm('draw', null)).toEqual({ task: 'draw', form: 'draw' });
    expect(taskAndForm('chat', null)).toEqual({ task: 'auto', form: 'auto' });
    expect(taskAndForm('edit', 'typed')).toEqual({ task: 'auto', form: 'plain' });
    expect(taskAndForm('draw', 'ask')).toEqual({ task: 'ask', form: 'ask' });
  });

  test('an edit keeps the aspect of its picture at the area of the bundle', () => {
    const input = { width: 400, height: 100 };
    expect(pictureSize(null, bundle.defaults, 'editing', input)).toEqual({ width: 224, height: 64 });
    expect(pictureSize(null, bundle.defaults, 'generation', input)).toEqual({ width: 128, height: 96 });
    expect(pictureSize({ width: 64, height: 64 }, bundle.defaults, 'editing', input)).toEqual({
      width: 64,
      height: 64,
    });
  });

  test('sampling is the bundle’s where nothing is given', () => {
    expect(samplingOf(readSettings({ temperature: '0.7' }), bundle.defaults)).toEqual({
      temperature: 0.7,
      topP: 1,
      maxTokens: 64,
    });
  });
});
