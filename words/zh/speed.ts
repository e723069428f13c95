/** How fast the model works, in Chinese. */
import type { enSpeed } from '../en/speed.ts';

const short = new Intl.NumberFormat('zh', { maximumSignificantDigits: 2 });

export const zhSpeed: typeof enSpeed = {
  speed: '速度',
  tokens: (rate) => `每秒 ${short.format(rate)} 个词元`,
  step: (seconds) => `每步 ${short.format(seconds)} 秒`,
};
