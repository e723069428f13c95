/** How long something is estimated to take: to one digit, two where there are more, in the unit that a person reads it best in. */
export function durationText(seconds: number, language: 'en' | 'zh'): string {
  const [amount, unit] = inUnit(seconds);
  const digits = amount < 10 && unit !== 'hour' ? 1 : 2;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: language === 'en' ? 'long' : 'short',
    maximumSignificantDigits: digits,
  }).format(amount);
}

function inUnit(seconds: number): readonly [amount: number, unit: 'second' | 'minute' | 'hour'] {
  if (seconds < 90) return [seconds, 'second'];
  return seconds < 5400 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
}
