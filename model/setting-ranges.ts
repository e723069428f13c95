/** What the numbers of a request may be, for page, terminal and recipes alike. */

export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

export const settingRanges = {
  steps: { low: 1, high: 1000 },
  /** Pixels of a drawing's width and height. */
  side: { low: 64, high: 2048 },
  guidance: { low: 0, high: 30 },
  cfg: { low: 0, high: 30 },
  /** Each border of the part of the steps that is guided. */
  cfgRange: { low: 0, high: 1 },
  /** How much a step that is not run may differ from the last one, as a share; of 0 all are run. */
  stepCache: { low: 0, high: 1 },
  strength: { low: 0, high: 1 },
  temperature: { low: 0, high: 2 },
  topP: { low: 0, high: 1 },
  maxTokens: { low: 1, high: 8192 },
} as const satisfies Record<string, NumberRange>;

export function isWithin({ low, high }: NumberRange, value: number): boolean {
  return value >= low && value <= high;
}
