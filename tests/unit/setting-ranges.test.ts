import { expect, test } from 'vitest';
import { readSettings } from '../../cli/draw/options.ts';
import { settingRanges } from '../../model/setting-ranges.ts';
import { parseNumber, parseSize, settingsOf } from '../../src/settings/fields.ts';
import { opened } from '../helpers/fake-session.ts';

const { side, cfgRange, ...numbers } = settingRanges;

const options = {
  steps: 'steps',
  guidance: 'guidance',
  cfg: 'cfg',
  strength: 'strength',
  temperature: 'temperature',
  topP: 'top-p',
  maxTokens: 'max-tokens',
} as const;

test.each(Object.keys(options) as (keyof typeof options)[])('%s: the page takes what the terminal takes', (name) => {
  const { low, high } = numbers[name];
  const start = name === 'strength' ? { start: 'in.png' } : {};
  const typed = (value: number) => readSettings({ ...start, [options[name]]: String(value) })[name];
  for (const value of [low, high]) {
    expect(parseNumber(name, String(value))).toBe(value);
    expect(typed(value)).toBe(value);
  }
  expect(parseNumber(name, String(high + 1))).toBeNull();
  expect(() => typed(high + 1)).toThrow(String(high));
});

test('the part of the steps: the page takes what the terminal takes', () => {
  const typed = (from: number, to: number) => readSettings({ 'cfg-range': `${from}-${to}` }).cfgRange;
  const written = (from: number, to: number) =>
    settingsOf({ cfgFrom: String(from), cfgTo: String(to) }, opened.bundle).cfgRange;
  for (const [from, to] of [
    [cfgRange.low, 0.5],
    [0.3, cfgRange.high],
    [0.3, 0.7],
    [0.5, 0.5],
  ] as const) {
    expect(written(from, to)).toEqual([from, to]);
    expect(typed(from, to)).toEqual([from, to]);
  }
  expect(parseNumber('cfgTo', String(cfgRange.high + 1))).toBeNull();
  expect(() => typed(0, cfgRange.high + 1)).toThrow();
  expect(() => typed(0.7, 0.3)).toThrow();
});

test('sides: the page takes what the terminal takes', () => {
  for (const length of [side.low, side.high]) {
    expect(parseSize(`${length}x${length}`)).toEqual({ width: length, height: length });
    expect(readSettings({ size: `${length}x${length}` }).size).toEqual({ width: length, height: length });
  }
  expect(parseSize(`${side.high + 1}x512`)).toBeNull();
  expect(() => readSettings({ size: `${side.high + 1}x512` })).toThrow(String(side.high));
});
