/** What a bundle that draws could have beside what it has. */
import { installedFiles } from './abilities.ts';
import type { Extra } from './installables.ts';
import type { Manifest } from './manifest.ts';
import { servedSchedules } from './modulation-tables.ts';
import { servesNegative } from './negative-text.ts';
import { decoderNames } from './parts.ts';

/** None for a bundle that does not draw. */
export function lackingExtras(manifest: Manifest): readonly Extra[] {
  const there = installedFiles(manifest);
  const decoders = decoderNames.filter((decoder) => there.has(decoder));
  if (decoders.length === 0) return [];
  const lacksLayers = decoders.some((decoder) => servedSchedules(manifest, decoder) !== null);
  return [
    ...(lacksLayers ? (['other-schedules'] as const) : []),
    ...(servesNegative(manifest) ? [] : (['negative'] as const)),
  ];
}
