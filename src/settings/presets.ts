/** Presets as fields: what choosing one writes, and which one the fields agree with. */
import { type PresetName, presets } from '../../model/config/presets.ts';
import { servesCfg } from '../../session/negatives.ts';
import { presetGuidance, presetSettings, servedPresets } from '../../session/presets.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { type Drafts, type SettingName, settingsOf } from './fields.ts';

const fieldsOfPresets: readonly string[] = [
  'steps',
  'guidance',
  'cfg',
  'cfgFrom',
  'cfgTo',
] satisfies readonly SettingName[];

/** Drafts with a preset in them. Where it agrees with the bundle its fields follow that, as if nothing were written. */
export function withPreset(drafts: Drafts, name: PresetName, bundle: BundleSummary): Drafts {
  const { steps, guidance, cfg, cfgRange } = presetSettings(name, bundle);
  const others = Object.entries(drafts).filter(([field]) => !fieldsOfPresets.includes(field));
  const written = Object.entries({ steps, guidance, cfg, cfgFrom: cfgRange?.[0], cfgTo: cfgRange?.[1] });
  return {
    ...Object.fromEntries(others),
    ...Object.fromEntries(written.flatMap(([field, value]) => (value == null ? [] : [[field, String(value)]]))),
  };
}

/** The preset that a drawing would be drawn as now; null where the fields agree with none. */
export function presetOf(good: Drafts, bundle: BundleSummary): PresetName | null {
  const { steps, guidance, cfg, cfgRange } = settingsOf(good, bundle);
  const scale = servesCfg(bundle) ? (cfg ?? bundle.defaults.cfg) : 1;
  const isSame = (name: PresetName) => {
    const preset = presets[name];
    // Without CFG it does not matter in which steps.
    const inSameSteps = scale === 1 || String(cfgRange) === String(preset.cfgRange);
    return preset.steps === steps && preset.cfg === scale && inSameSteps && presetGuidance(name, bundle) === guidance;
  };
  return servedPresets(bundle).find(isSame) ?? null;
}
