/** What a person asked on the terminal, put as the workers take it. */
import type { BundleSummary, Decoder, Form, Sampling, Seed, Task, TurnRequest } from '../../workers/protocol.ts';
import { UsageError } from '../command.ts';
import { type Settings, type Size, upTo16 } from './options.ts';

/** @throws UsageError for an option that the bundle cannot serve, with the reason */
export function refuseUnserved(settings: Settings, bundle: BundleSummary): void {
  const { decoder, negative, cfg } = settings;
  if (decoder !== 'auto' && !bundle.decoders.includes(decoder)) {
    throw new UsageError(`--decoder ${decoder}: ${bundle.name} has only ${bundle.decoders.join(' and ')}`);
  }
  if (bundle.negative === 'none' && (negative !== null || (cfg !== null && cfg !== 1))) {
    const option = negative !== null ? 'negative' : 'cfg';
    throw new UsageError(`--${option}: ${bundle.name} has no negative branch`);
  }
  if (bundle.negative === 'empty' && negative !== null && negative !== '') {
    throw new UsageError(`--negative: ${bundle.name} carries the empty negative prompt alone`);
  }
}

/** How a turn is put to the model: the form of the command's name unless `--form` says otherwise. */
export function taskAndForm(
  command: 'draw' | 'edit' | 'ask' | 'chat',
  form: Settings['form'],
): Pick<TurnRequest, 'task' | 'form'> {
  const chosen = form ?? (command === 'chat' ? 'auto' : command);
  if (chosen === 'auto') return { task: 'auto', form: 'auto' };
  if (chosen === 'typed') return { task: 'auto', form: 'plain' satisfies Form };
  return { task: chosen satisfies Task, form: chosen };
}

export function samplingOf(settings: Settings, defaults: BundleSummary['defaults']): Sampling {
  return {
    temperature: settings.temperature ?? defaults.temperature,
    topP: settings.topP ?? defaults.topP,
    maxTokens: settings.maxTokens ?? defaults.maxTokens,
  };
}

/** The bundle's size for a drawing; for an edit its area at the input's aspect. */
export function pictureSize(asked: Size | null, bundleSize: Size, decoder: Decoder, input: Size | null): Size {
  if (asked !== null) return asked;
  if (decoder === 'generation' || input === null) return { width: bundleSize.width, height: bundleSize.height };
  const area = bundleSize.width * bundleSize.height;
  const width = Math.sqrt((area * input.width) / input.height);
  return { width: sideWithin(width), height: sideWithin(area / width) };
}

/** A very long input's short side would be less than can be drawn. */
function sideWithin(side: number): number {
  return upTo16(Math.min(2048, Math.max(64, Math.round(side / 16) * 16)));
}

export function seedText(seed: bigint): Seed {
  return seed.toString() as Seed;
}
