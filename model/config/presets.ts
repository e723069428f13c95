/**
 * Ways to draw that a person chooses by one name: fewer steps, and guidance from a negative branch in none of them, in the middle
 * ones (Kynkäänniemi et al. 2024, "Applying Guidance in a Limited Interval"), or in all, as the reference draws.
 */
export interface Preset {
  readonly steps: number;
  /** CFG scale; 1 needs no negative branch. */
  readonly cfg: number;
  /** The part of the steps with CFG, from 0 to 1; null: all of them. */
  readonly cfgRange: readonly [from: number, to: number] | null;
}

export const presets = {
  fast: { steps: 8, cfg: 1, cfgRange: null },
  balanced: { steps: 28, cfg: 3, cfgRange: [0.3, 0.7] },
  reference: { steps: 50, cfg: 3, cfgRange: null },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

/** From the fastest on. */
export const presetNames = Object.keys(presets) as readonly PresetName[];
