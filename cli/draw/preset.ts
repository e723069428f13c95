/** A preset's settings in place of its name, once the model is open: what it stands for is the bundle's to say. */
import { presets } from '../../model/config/presets.ts';
import { lacksNegative, presetSettings, servedPresets } from '../../session/presets.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { UsageError } from '../command.ts';
import type { Settings } from './options.ts';
import { withoutNegative } from './request.ts';

/** With what a preset stands for in place of its name. */
export type SettingsServed = Settings & { readonly preset: null };

/**
 * What was asked for beside a preset stays as it was asked for.
 *
 * @throws UsageError for a preset that the bundle cannot serve, with the reason
 */
export function withPreset(settings: Settings, bundle: BundleSummary): SettingsServed {
  const { preset, ...own } = settings;
  if (preset === null) return { ...own, preset };
  if (lacksNegative(preset, bundle)) throw new UsageError(withoutNegative(`--preset ${preset}`, bundle));
  const served = servedPresets(bundle);
  if (!served.includes(preset)) {
    const choice =
      served.length > 0 ? `only ${served.join(' and ')}` : `no preset, in ${bundle.defaults.steps} steps or --steps`;
    throw new UsageError(
      `--preset ${preset} draws in ${presets[preset].steps} steps, which ${bundle.name} was not made for: it serves ${choice}`,
    );
  }
  const chosen = presetSettings(preset, bundle);
  return {
    ...own,
    preset: null,
    steps: own.steps ?? chosen.steps,
    guidance: own.guidance ?? chosen.guidance,
    cfg: own.cfg ?? chosen.cfg,
    cfgRange: own.cfgRange ?? chosen.cfgRange,
  };
}
