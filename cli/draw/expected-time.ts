/** Says how long something takes before it is begun, where that is longer than a person would wait without a word. */
import { passSeconds, stepPass, type Throughput, tokenPass } from '../../model/bundle/operations.ts';
import { pictureSeconds } from '../../session/expected-time.ts';
import { newJobId } from '../../session/job-id.ts';
import { enExpectedTime } from '../../words/en/expected-time.ts';
import { zhExpectedTime } from '../../words/zh/expected-time.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { inLanguage } from '../say.ts';
import type { JobCommand } from './job.ts';
import { neverStopped, type OpenModel } from './model.ts';
import type { Settings } from './options.ts';
import { withPreset } from './preset.ts';

const longSeconds = 60;
/** A short reply has so many. */
const replyTokens = 60;
/** Of a pass: with fewer, nothing takes long enough to be measured for two seconds first. */
const manyWeights = 1e9;

/** @throws what measuring finds; UsageError for a preset that the bundle cannot serve */
export async function tellExpectedTime(model: OpenModel, command: JobCommand | 'chat', asked: Settings): Promise<void> {
  const { bundle, memory } = model.opened;
  const settings = withPreset(asked, bundle);
  const { counted } = bundle;
  const passes = [tokenPass(counted), stepPass(counted, 'generation', counted.size)];
  if (passes.every(({ weights }) => weights < manyWeights)) return;
  const throughput = await model.session.throughput(newJobId(), neverStopped);
  const phrase = phraseOf({ command, settings, bundle, throughput }, memory.streamed.length > 0 ? 'at least' : 'about');
  if (phrase !== null) process.stderr.write(`${phrase}\n`);
}

interface Timed {
  readonly command: JobCommand | 'chat';
  readonly settings: Settings;
  readonly bundle: BundleSummary;
  readonly throughput: Throughput;
}

/** Null where it does not take long. */
export function phraseOf({ command, settings, bundle, throughput }: Timed, bound: 'about' | 'at least'): string | null {
  const words = inLanguage(enExpectedTime, zhExpectedTime);
  if (command === 'draw' || command === 'edit') {
    const { defaults, counted } = bundle;
    const isEdit = command === 'edit';
    const seconds = pictureSeconds(
      counted,
      {
        ...(settings.size ?? defaults),
        decoder: isEdit ? 'editing' : 'generation',
        steps: settings.steps ?? defaults.steps,
        cfg: bundle.negative === 'none' ? 1 : (settings.cfg ?? (isEdit ? defaults.editingCfg : defaults.cfg)),
        cfgRange: settings.cfgRange,
      },
      throughput,
    );
    return seconds * settings.count > longSeconds ? words.here(words.picture(seconds, bound)) : null;
  }
  const seconds = passSeconds(tokenPass(bundle.counted), throughput);
  return seconds * replyTokens > longSeconds ? words.here(words.token(seconds, bound)) : null;
}
