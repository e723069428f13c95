/** What a model says of itself before it is opened, and how it would run on a device. */

import { abilitiesOf, firstAbilityOf } from '../../model/bundle/abilities.ts';
import { countedSizes } from '../../model/bundle/counted-sizes.ts';
import { type FitDevice, planFit } from '../../model/bundle/fit.ts';
import type { Ability } from '../../model/bundle/installables.ts';
import type { Manifest } from '../../model/bundle/manifest.ts';
import { readNexusConfig } from '../../model/config/nexus.ts';
import { totalBytes } from './installation.ts';
import type { ModelFacts } from './protocol.ts';

export function factsOf(manifest: Manifest, sha256: string, device: FitDevice | null): ModelFacts {
  const able = abilitiesOf(manifest);
  // What is not asked about a device is listed whatever its sizes say.
  const config = device && readNexusConfig(manifest.config);
  const bytes = bytesByAbility(manifest);
  const ofAbility = (ability: Ability) => (able.includes(ability) ? bytes[ability] : null);
  return {
    name: manifest.name,
    sha256,
    bytes: totalBytes(manifest),
    licences: manifest.licences,
    abilities: { chat: ofAbility('chat'), draw: ofAbility('draw'), edit: ofAbility('edit') },
    plan: device && config && planFit(manifest, config, device).abilities,
    counted: config && countedSizes(config),
  };
}

/** What several abilities share counts for the first of them. */
function bytesByAbility({ files, shards, graphs }: Manifest): { chat: number; draw: number; edit: number } {
  const partOf = new Map<string, string | null>();
  // Parts of equal bytes share a file: it is the first one's.
  for (const { file, part } of [...graphs, ...shards].reverse()) partOf.set(file, part);
  const sums = { chat: 0, draw: 0, edit: 0 };
  for (const { path, bytes } of files) {
    const part = partOf.get(path);
    sums[part === undefined ? 'chat' : firstAbilityOf(part)] += bytes;
  }
  return sums;
}
