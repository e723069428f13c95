/** How long a model can be expected to take here, in Chinese. */
import { durationText } from '../duration-text.ts';
import type { enExpectedTime } from '../en/expected-time.ts';
import { zhSpeed } from './speed.ts';

type Bound = Parameters<typeof enExpectedTime.step>[1];

/** Nobody reads faster, and in so short a time most of it is what an estimate leaves out. */
const readSeconds = 0.01;

const duration = (seconds: number, bound: Bound) =>
  bound === 'about' && seconds < 0.1
    ? '不到 0.1 秒'
    : `${bound === 'about' ? '约' : '至少'} ${durationText(seconds, 'zh')}`;

export const zhExpectedTime: typeof enExpectedTime = {
  token: (seconds, bound) =>
    bound === 'about' && seconds < 1 && seconds > readSeconds
      ? `约${zhSpeed.tokens(1 / seconds)}`
      : `每个词元${duration(seconds, bound)}`,
  step: (seconds, bound) => `每步${duration(seconds, bound)}`,
  picture: (seconds, bound) => `每张图片${duration(seconds, bound)}`,
  batch: (seconds, bound) => `整批${duration(seconds, bound)}`,
  reading: (phrase, bytes) => `${phrase}，另加每次读取 ${bytes} 的时间`,
  here: (phrase) => `本机估计：${phrase}。`,
  origin: '时间根据本机两秒钟的计算估算。流式加载的部分每次都要读取；模型在本机时，按现在的读取速度计入。',
};
