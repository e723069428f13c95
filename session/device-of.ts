import type { Recipe } from '../model/recipe/recipe.ts';
import type { DeviceReport } from '../workers/protocol.ts';

/** A device as recipes name it: where all of this is the same, the same recipe gives the same bits. */
export function deviceOf({ device, adapter, activations, threads }: DeviceReport): Recipe['device'] {
  return { kind: device, adapter, activations, ...(threads === 1 ? {} : { threads }) };
}
