/** What the official files come to, before any host is asked for them. */
import { takenBytes } from '../../model/bundle/conversion-work.ts';
import { declaredPlan, publishedModels, type SizedPlan } from '../../model/bundle/declared-plan.ts';
import type { FitDevice } from '../../model/bundle/fit.ts';
import { factsOfPlan, precision } from './conversion.ts';
import { gatedRepository, officialLayouts, officialLicences, pageOf } from './official-layouts.ts';
import type { PublishedFacts } from './protocol.ts';

/** Every graph of the model is built for it, which takes a processor a second or more. */
let planned: SizedPlan | null = null;

export function publishedFacts(device: FitDevice | null): PublishedFacts {
  planned ??= declaredPlan(publishedModels(), precision);
  const sized = planned;
  const { name, bytes, abilities, plan, counted } = factsOfPlan(sized, officialLicences, device);
  const passing = sized.shards.reduce((sum, shard) => sum + takenBytes(sized, shard), 0);
  const { huggingface, modelscope } = officialLayouts;
  const gates = {
    huggingface: pageOf(huggingface, gatedRepository, huggingface.base),
    modelscope: pageOf(modelscope, gatedRepository, modelscope.base),
  };
  return { name, bytes, abilities, plan, counted, passing, licences: officialLicences, gates };
}
