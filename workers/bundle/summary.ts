/** What a bundle says of itself, for the page's controls. */

import { countedSizes } from '../../model/bundle/counted-sizes.ts';
import { type Dependent, identityText } from '../../model/bundle/identity.ts';
import { servedSchedules } from '../../model/bundle/modulation-tables.ts';
import { heldNegatives } from '../../model/bundle/negative-text.ts';
import { decoderNames, decoderParts } from '../../model/bundle/parts.ts';
import type { Bundle } from '../../model/bundle/reader.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import type { BundleSummary, Decoder } from '../protocol.ts';
import { sha256Hex } from '../sha256.ts';

export async function summarise(bundle: Bundle, sha256: string): Promise<BundleSummary> {
  const { manifest } = bundle;
  const { sampling, ...defaults } = manifest.defaults;
  const decoders = decoderNames.filter((decoder) => bundle.has(decoderParts[decoder].flux));
  const identity = (of: Dependent) => sha256Hex(encodeUtf8(identityText(manifest, of)));
  const identityOf = (decoder: Decoder) => (decoders.includes(decoder) ? identity(decoder) : null);
  return {
    id: manifest.id,
    name: manifest.name,
    sha256,
    identity: {
      language: await identity('language'),
      generation: await identityOf('generation'),
      editing: await identityOf('editing'),
    },
    schedule: bundle.config.schedule,
    forms: manifest.forms,
    context: manifest.context,
    contextTurns: manifest.context_turns ?? null,
    sizes: manifest.sizes?.map(([width, height]) => ({ width, height })) ?? null,
    seedsDiffer: manifest.seeds_differ ?? true,
    decoders,
    schedules: {
      generation: servedSchedules(manifest, 'generation'),
      editing: servedSchedules(manifest, 'editing'),
    },
    offeredSchedules: manifest.schedules ?? [],
    negatives: heldNegatives(manifest),
    counted: countedSizes(bundle.config),
    defaults: {
      width: defaults.width,
      height: defaults.height,
      steps: defaults.steps,
      guidance: defaults.guidance,
      cfg: defaults.cfg,
      editingCfg: defaults.editing_cfg,
      strength: defaults.strength,
      temperature: sampling.do_sample ? sampling.temperature : 0,
      topP: sampling.top_p,
      maxTokens: sampling.max_new_tokens,
    },
    bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
  };
}
