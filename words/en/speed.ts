/** How fast the model works, in English. */
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

export const enSpeed = {
  speed: 'Speed',
  tokens(rate: number): string {
    const number = short.format(rate);
    return `${number} ${number === '1' ? 'token' : 'tokens'} a second`;
  },
  step: (seconds: number) => `${short.format(seconds)} s a step`,
};
