/** Presets as fields: which a bundle serves, what choosing one writes, and which one the fields agree with. */
import { type PresetName, presetNames, presets } from '../../model/config/presets.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { type Drafts, type SettingName, settingsOf } from './fields.ts';

/** Presets whose steps are among the schedules that the bundle was made for, and that all its decoders draw. */
export function servedPresets(bundle: BundleSummary): readonly PresetName[] {
  return presetNames.filter((name) => guidanceOf(name, bundle) !== null);
}

/** The embedded guidance that a preset is drawn with: the bundle's own where it was made for that; null where it serves none. */
function guidanceOf(
  name: PresetName,
  { schedules, offeredSchedules, decoders, defaults }: BundleSummary,
): number | null {
  const { steps } = presets[name];
  const isDrawn = (guidance: number) =>
    decoders.every((decoder) => {
      const served = schedules[decoder];
      return served === null || served.some((one) => one.steps === steps && one.guidance === guidance);
    });
  const offered = offeredSchedules.filter((one) => one.steps === steps).map(({ guidance }) => guidance);
  const drawn = offered.filter(isDrawn);
  return drawn.find((guidance) => guidance === defaults.guidance) ?? drawn[0] ?? null;
}

/** Whether it needs a negative branch that the bundle lacks. */
export function lacksNegative(name: PresetName, { negative }: BundleSummary): boolean {
  return presets[name].cfg !== 1 && negative === 'none';
}

const fieldsOfPresets: readonly string[] = [
  'steps',
  'guidance',
  'cfg',
  'cfgFrom',
  'cfgTo',
] satisfies readonly SettingName[];

/**
 * Drafts with a preset in them. Where it agrees with the bundle its fields follow that, as if nothing were written: an edit has a
 * CFG scale of its own.
 */
export function withPreset(drafts: Drafts, name: PresetName, bundle: BundleSummary): Drafts {
  const { steps, cfg, cfgRange } = presets[name];
  const { defaults } = bundle;
  const guidance = guidanceOf(name, bundle) ?? defaults.guidance;
  const others = Object.entries(drafts).filter(([field]) => !fieldsOfPresets.includes(field));
  return {
    ...Object.fromEntries(others),
    ...(steps === defaults.steps ? {} : { steps: String(steps) }),
    ...(guidance === defaults.guidance ? {} : { guidance: String(guidance) }),
    ...(cfg === defaults.cfg ? {} : { cfg: String(cfg) }),
    ...(cfgRange === null ? {} : { cfgFrom: String(cfgRange[0]), cfgTo: String(cfgRange[1]) }),
  };
}

/** The preset that a drawing would be drawn as now; null where the fields agree with none. */
export function presetOf(good: Drafts, bundle: BundleSummary): PresetName | null {
  const { steps, guidance, cfg, cfgRange } = settingsOf(good, bundle);
  const scale = bundle.negative === 'none' ? 1 : (cfg ?? bundle.defaults.cfg);
  const isSame = (name: PresetName) => {
    const preset = presets[name];
    // Without CFG it does not matter in which steps.
    const inSameSteps = scale === 1 || String(cfgRange) === String(preset.cfgRange);
    return preset.steps === steps && preset.cfg === scale && inSameSteps && guidanceOf(name, bundle) === guidance;
  };
  return servedPresets(bundle).find(isSame) ?? null;
}
