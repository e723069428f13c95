/** Numbers as a person types them on the command line, within their bounds. */
import { isWithin, type NumberRange } from '../../model/setting-ranges.ts';
import { halfWidth, typedNumber, typedWhole } from '../../model/typed-number.ts';
import { UsageError } from '../command.ts';

/** Null where nothing was typed. Throws UsageError. */
export function wholeNumber(option: string, text: string | undefined, { low, high }: NumberRange): number | null {
  if (text === undefined) return null;
  const value = typedWhole(text);
  if (value !== null && isWithin({ low, high }, value)) return value;
  throw new UsageError(`--${option} is a whole number from ${low} to ${high}, not "${text}"`);
}

/** Null where nothing was typed. Throws UsageError. */
export function decimal(option: string, text: string | undefined, { low, high }: NumberRange): number | null {
  if (text === undefined) return null;
  const value = typedNumber(text);
  if (value !== null && isWithin({ low, high }, value)) return value;
  throw new UsageError(`--${option} is a number from ${low} to ${high}, not "${text}"`);
}

/** FROM-TO, a part of what goes from 0 to 1. Null where nothing was typed. Throws UsageError. */
export function share(option: string, text: string | undefined): readonly [number, number] | null {
  if (text === undefined) return null;
  const [from, to, ...more] = halfWidth(text).split(/[-–]/).map(typedNumber);
  if (from != null && to != null && more.length === 0 && 0 <= from && from <= to && to <= 1) return [from, to];
  throw new UsageError(`--${option} is FROM-TO, both from 0 to 1 and the first not the larger, not "${text}"`);
}
