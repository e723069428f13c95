/** What would be installed from a source, before anything is. */
import { abilities, abilitiesOf } from '../../model/bundle/abilities.ts';
import { bytesBeside } from '../../model/bundle/computed-shards.ts';
import { takenBytes } from '../../model/bundle/conversion-work.ts';
import type { FitDevice } from '../../model/bundle/fit.ts';
import { fail } from '../../model/failure.ts';
import { readManifest } from '../bundle/open-folder.ts';
import type { BundleFiles } from './bundle-files.ts';
import { type Checkpoint, fingerprintOf } from './checkpoint.ts';
import { conversionKey, conversionRate, factsOfPlan, type MachineTools, planOf } from './conversion.ts';
import { factsOf } from './facts.ts';
import { keptBytes, totalBytes } from './installation.ts';
import { convertedBytes, keyOf, type ModelFolder } from './model-folder.ts';
import type { ModelKey, Offer } from './protocol.ts';

/** What is known beside the source. */
export interface OfferGround {
  /** A model's folder; null where there is none. */
  readonly folderOf: (key: ModelKey) => Promise<ModelFolder | null>;
  readonly stored: () => Promise<number | null>;
}

/** @param bytes of bundle.json */
export async function offerOfBundle(
  files: BundleFiles,
  bytes: Uint8Array,
  device: FitDevice | null,
  { folderOf, stored }: OfferGround,
): Promise<Offer> {
  const { manifest, sha256 } = await readManifest(bytes, undefined);
  const key = keyOf(sha256) ?? fail('MODEL_UNKNOWN', {});
  const there = await folderOf(key);
  const missing = totalBytes(manifest) - (there?.known ? keptBytes(manifest, there.known) : 0);
  const largest = [...manifest.files].sort((left, right) => right.bytes - left.bytes)[0];
  return {
    ...factsOf(manifest, sha256, device),
    of: 'bundle',
    key,
    known: there === null || there.names.length === 0 ? null : there.state,
    missing,
    beside: 0,
    passing: missing,
    rate: largest === undefined ? null : await files.rate(largest),
    stored: await stored(),
  };
}

/** Bytes pass as fast as they arrive and are converted, whichever is slower. */
export async function offerOfCheckpoint(
  checkpoint: Checkpoint,
  tools: MachineTools,
  device: FitDevice | null,
  { folderOf, stored }: OfferGround,
): Promise<Offer> {
  const plan = await planOf(checkpoint);
  const key = await conversionKey(plan.config);
  const facts = factsOfPlan(plan, key, checkpoint.licences, device);
  const there = await folderOf(key);
  const isSame = there?.known?.checkpoint === (await fingerprintOf(checkpoint.folder));
  const done = there?.state === 'installed' && there.description ? abilitiesOf(there.description.manifest) : [];
  const isWhole = abilities.every((ability) => facts.abilities[ability] === null || done.includes(ability));
  const kept = there !== null && isSame ? Math.min(facts.bytes, convertedBytes(there)) : 0;
  const missing = isWhole ? 0 : facts.bytes - kept;
  const takes = plan.shards.reduce((sum, shard) => sum + takenBytes(plan, shard), 0);
  const beside = plan.shards.map((shard) => (shard.kind === 'weights' ? 0 : bytesBeside(plan, shard)));
  const arriving = await checkpoint.rate();
  return {
    ...facts,
    of: 'checkpoint',
    key,
    known: there === null ? null : there.state,
    missing,
    beside: missing > 0 && plan.sources.namesVersions ? Math.max(0, ...beside) : 0,
    passing: Math.round((takes * missing) / Math.max(1, facts.bytes)),
    rate: arriving === null ? null : Math.min(arriving, await conversionRate(tools)),
    stored: await stored(),
  };
}
