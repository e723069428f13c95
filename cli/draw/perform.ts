/** A job on an open model: an answer for each seed. */

import { imageMark } from '../../model/text/template.ts';
import type { BundleSummary, Reply } from '../../workers/protocol.ts';
import { type Existing, writeWhole } from '../whole-file.ts';
import { answer, type Question, type Tell } from './answer.ts';
import type { PreparedJob } from './job.ts';
import type { OpenModel } from './model.ts';
import { type SettingsServed, withPreset } from './preset.ts';
import { recall } from './recall.ts';
import { refuseUnserved } from './request.ts';

export interface Answered {
  readonly seed: bigint;
  /** The model's words, without the mark where its picture stands. */
  readonly text: string;
  /** The picture that was written; null where the model answered in words alone. */
  readonly out: string | null;
  readonly reply: Reply;
}

/** A prepared job that the open bundle serves. */
export interface ServedJob extends PreparedJob {
  readonly question: Question & { readonly settings: SettingsServed };
}

/** @throws UsageError for an option that the bundle cannot serve */
export function servedJob(job: PreparedJob, bundle: BundleSummary): ServedJob {
  const settings = withPreset(job.question.settings, bundle);
  // Words that are sampled differ by seed whatever pictures do.
  refuseUnserved(job.question.wanted === 'pictures' ? settings : { ...settings, count: 1 }, bundle);
  return { ...job, question: { ...job.question, settings } };
}

export async function* perform(
  model: OpenModel,
  job: ServedJob,
  existing: Existing,
  tell?: Tell,
): AsyncGenerator<Answered, void> {
  const { question, album, recipe, seeds, files } = job;
  const studio = { model, album };
  if (recipe !== null) await recall(studio, recipe, question.settings.decoder);
  for (const [index, seed] of seeds.entries()) {
    const { reply, png } = await answer(studio, question, seed, tell);
    const out = png === null ? null : (files[index] ?? null);
    if (png !== null && out !== null) await writeWhole(out, png, existing);
    yield { seed, text: wordsOf(reply), out, reply };
  }
}

export function wordsOf({ text }: Reply): string {
  return text.replaceAll(imageMark, '').trim();
}
