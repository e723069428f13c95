/** How a drawing that the model came to is painted: the settings, and what the bundle says where they are silent. */
import { type DrawnSize, drawnSize, ownPainting } from '../../model/diffusion/size.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import type { Settings } from './options.ts';

export interface PaintSettings extends DrawnSize {
  readonly steps: number;
  readonly guidance: number;
  readonly cfg: number;
  readonly negative: string;
}

/** @param input the size of the picture that is edited; null for a drawing */
export function paintSettings(
  { size, steps, guidance, cfg, negative }: Settings,
  { defaults, negative: branch }: BundleSummary,
  input: DrawnSize | null,
): PaintSettings {
  const own = ownPainting(defaults, input);
  return {
    ...drawnSize(size ?? own.size),
    steps: steps ?? defaults.steps,
    guidance: guidance ?? defaults.guidance,
    cfg: branch === 'none' ? 1 : (cfg ?? own.cfg),
    negative: negative ?? '',
  };
}
