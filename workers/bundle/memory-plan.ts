/** How a bundle is run on a device: whether both sides stay there, and which of their stages do. */

import { planFit } from '../../model/bundle/fit.ts';
import type { Ability } from '../../model/bundle/installables.ts';
import type { Bundle } from '../../model/bundle/reader.ts';
import { fail } from '../../model/failure.ts';
import type { Runtime } from '../gpu/runtime.ts';
import type { MemoryPlan } from '../protocol.ts';

/** @throws MODEL_TOO_LARGE where not even chat fits, each of its stages loaded for every run */
export function planMemory({ manifest, config }: Bundle, runtime: Pick<Runtime, 'memoryBytes' | 'report'>): MemoryPlan {
  const { memoryBytes: deviceBytes, report } = runtime;
  const device = { memoryBytes: deviceBytes, device: report.device, activations: report.activations };
  const { residency, slots, language, painter, abilities } = planFit(manifest, config, device);
  const plan: MemoryPlan = {
    residency,
    deviceBytes,
    languageBytes: language.total,
    painterBytes: painter?.total ?? null,
    abilities,
    streamed: [...language.streamed, ...(painter?.streamed ?? [])],
    slots,
  };
  requireRoom(plan, 'chat');
  return plan;
}

/** @throws MODEL_TOO_LARGE where this ability does not fit, however it is run */
export function requireRoom({ abilities, deviceBytes: available }: MemoryPlan, ability: Ability): void {
  const planned = abilities[ability];
  if (planned?.fit === 'too large') fail('MODEL_TOO_LARGE', { ability, needed: planned.bytes, available });
}
