/** What a preset comes to with a bundle: whether it is drawn at all, and the settings that it stands for. */
import { type Preset, type PresetName, presetNames, presets } from '../model/config/presets.ts';
import type { BundleSummary } from '../workers/protocol.ts';
import { servesCfg } from './negatives.ts';
import type { PaintingSettings } from './painting-plan.ts';

/** Presets whose steps are among the schedules that the bundle was made for, and that all its decoders draw. */
export function servedPresets(bundle: BundleSummary): readonly PresetName[] {
  return presetNames.filter((name) => presetGuidance(name, bundle) !== null);
}

/** The embedded guidance that a preset is drawn with: the bundle's own where it was made for that; null where it serves none. */
export function presetGuidance(
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
export function lacksNegative(name: PresetName, bundle: BundleSummary): boolean {
  return presets[name].cfg !== 1 && !servesCfg(bundle);
}

type PresetSettings = Pick<PaintingSettings, 'steps' | 'guidance' | 'cfg'> & Pick<Preset, 'cfgRange'>;

/** Null where a preset agrees with the bundle, as if nothing had been set: an edit has a CFG scale of its own. */
export function presetSettings(name: PresetName, bundle: BundleSummary): PresetSettings {
  const { steps, cfg, cfgRange } = presets[name];
  const { defaults } = bundle;
  const guidance = presetGuidance(name, bundle) ?? defaults.guidance;
  return {
    steps: steps === defaults.steps ? null : steps,
    guidance: guidance === defaults.guidance ? null : guidance,
    cfg: cfg === defaults.cfg ? null : cfg,
    cfgRange,
  };
}
