/** How long a model can be expected to take here, in English. */
import { durationText } from '../duration-text.ts';
import { enSpeed } from './speed.ts';

/** `at least`: what is loaded for each run takes longer. */
type Bound = 'about' | 'at least';

/** Nobody reads faster, and in so short a time most of it is what an estimate leaves out. */
const readSeconds = 0.01;

const duration = (seconds: number, bound: Bound) =>
  bound === 'about' && seconds < 0.1 ? 'less than 0.1 seconds' : `${bound} ${durationText(seconds, 'en')}`;

export const enExpectedTime = {
  token: (seconds: number, bound: Bound) =>
    bound === 'about' && seconds < 1 && seconds > readSeconds
      ? `about ${enSpeed.tokens(1 / seconds)}`
      : `${duration(seconds, bound)} a token`,
  step: (seconds: number, bound: Bound) => `${duration(seconds, bound)} a step`,
  picture: (seconds: number, bound: Bound) => `${duration(seconds, bound)} a picture`,
  batch: (seconds: number, bound: Bound) => `${duration(seconds, bound)} for the whole batch`,
  /** @param bytes of streamed parts, where nobody knows how fast they are read */
  reading: (phrase: string, bytes: string) => `${phrase}, and the time in which ${bytes} are read for it`,
  /** @param phrase one of the above */
  here: (phrase: string) => `Estimated for this device: ${phrase}.`,
  origin:
    'Times are estimated from two seconds of computing on this device. What is streamed is read each time, which counts for a model that is here, at the speed it is read with now.',
};
