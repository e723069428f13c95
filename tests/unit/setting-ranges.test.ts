import { expect, test } from 'vitest';
import { readSettings } from '../../cli/draw/options.ts';
import { settingRanges } from '../../model/setting-ranges.ts';
import { parseNumber, parseSize } from '../../src/settings/fields.ts';

const { side, ...numbers } = settingRanges;

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

test('sides: the page takes what the terminal takes', () => {
  for (const length of [side.low, side.high]) {
    expect(parseSize(`${length}x${length}`)).toEqual({ width: length, height: length });
    expect(readSettings({ size: `${length}x${length}` }).size).toEqual({ width: length, height: length });
  }
  expect(parseSize(`${side.high + 1}x512`)).toBeNull();
  expect(() => readSettings({ size: `${side.high + 1}x512` })).toThrow(String(side.high));
});
