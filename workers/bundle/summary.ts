/** What a bundle says of itself, for the page's controls. */
import { constantNames, fluxParts } from '../../model/bundle/parts.ts';
import type { Bundle } from '../../model/bundle/reader.ts';
import type { BundleSummary, Decoder } from '../protocol.ts';

export async function summarise(bundle: Bundle, sha256: string): Promise<BundleSummary> {
  const { manifest } = bundle;
  const { sampling, ...defaults } = manifest.defaults;
  const decoders: readonly Decoder[] = ['generation', 'editing'];
  const negative = await bundle.constant(constantNames.negative);
  return {
    id: manifest.id,
    name: manifest.name,
    sha256,
    forms: manifest.forms,
    context: manifest.context,
    decoders: decoders.filter((decoder) => bundle.has(fluxParts[decoder])),
    negative: negative === null ? 'none' : 'empty',
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
