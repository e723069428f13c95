/** What would be installed from a source, before anything is. */
import { abilitiesOf } from '../../model/bundle/abilities.ts';
import { bytesBeside } from '../../model/bundle/computed-shards.ts';
import { type ConversionPlan, readModelConfig } from '../../model/bundle/conversion-plan.ts';
import { takenBytes } from '../../model/bundle/conversion-work.ts';
import type { FitDevice } from '../../model/bundle/fit.ts';
import { abilities, extras, type InstallableBytes, wantedBytes } from '../../model/bundle/installables.ts';
import { heldWords, wordsBytes } from '../../model/bundle/negative-text.ts';
import type { OpenTokenizer } from '../../model/bundle/text-ids.ts';
import { wordsCost } from '../../model/bundle/words-cost.ts';
import { type TokenCounts, wordsLengths } from '../../model/bundle/words-length.ts';
import type { NexusConfig } from '../../model/config/nexus.ts';
import { fail } from '../../model/failure.ts';
import { readManifest } from '../bundle/open-folder.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { Checkpoint } from './checkpoint.ts';
import {
  conversionKey,
  conversionRate,
  extrasOfPlan,
  factsOfPlan,
  type MachineTools,
  madeFrom,
  planOf,
} from './conversion.ts';
import type { ConversionInstall } from './conversion-install.ts';
import { factsOf } from './facts.ts';
import { keptBytes, totalBytes } from './installation.ts';
import { convertedBytes, keyOf, type ModelFolder } from './model-folder.ts';
import type { ModelKey, Offer, WordsOffer } from './protocol.ts';

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
    extras: { 'other-schedules': null, negative: null },
    words: null,
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
  const facts = { ...factsOfPlan(plan, checkpoint.licences, device), sha256: key };
  const there = await folderOf(key);
  const made = there?.known?.checkpoint ?? null;
  const isSame = made !== null && made === (await madeFrom(checkpoint, made));
  const installed = there?.state === 'installed' ? (there.description?.manifest ?? null) : null;
  const able = abilities.filter((ability) => facts.abilities[ability] !== null);
  // What is there of another training is not added to.
  const isOther = installed !== null && !isSame && able.every((ability) => abilitiesOf(installed).includes(ability));
  const can = [...able, ...(installed === null ? [] : abilitiesOf(installed))];
  const takesWords = (installed === null || isSame) && can.some((ability) => ability !== 'chat');
  const lacking =
    installed !== null && isSame
      ? await planOf(checkpoint, { only: [...able, ...extras], installed, negative: 'if named' })
      : plan;
  const begun = there !== null && isSame ? convertedBytes(there) - (installed === null ? 0 : totalBytes(installed)) : 0;
  const planned = bytesOf(lacking);
  const missing = isOther ? 0 : Math.max(0, planned - begun);
  const takes = lacking.shards.reduce((sum, shard) => sum + takenBytes(lacking, shard), 0);
  const beside = lacking.shards.map((shard) => (shard.kind === 'weights' ? 0 : bytesBeside(lacking, shard)));
  const arriving = await checkpoint.rate();
  return {
    ...facts,
    of: 'checkpoint',
    key,
    extras: isOther ? { 'other-schedules': null, negative: null } : extrasOfPlan(lacking),
    words: takesWords ? await wordsOf(checkpoint, plan, isSame ? there : null) : null,
    known: there === null ? null : there.state,
    missing,
    beside: missing > 0 && plan.sources.namesVersions ? Math.max(0, ...beside) : 0,
    passing: Math.round((takes * missing) / Math.max(1, planned)),
    rate: arriving === null ? null : Math.min(arriving, await conversionRate(tools)),
    stored: await stored(),
  };
}

/** @param there what is there of the same training */
async function wordsOf({ folder }: Checkpoint, plan: ConversionPlan, there: ModelFolder | null): Promise<WordsOffer> {
  const held = heldWords(there?.description?.manifest ?? {});
  const { isComplete = true, negativeTexts = [] } = there?.known ?? {};
  const begun = isComplete ? [] : negativeTexts.filter((text) => !held.includes(text));
  const cost = await wordsCost([folder], plan);
  // What cannot be gone on with keeps nothing beside it.
  return { held, begun, cost: plan.sources.namesVersions || cost.from === 'files' ? cost : { ...cost, beside: 0 } };
}

type Titled = Pick<ConversionInstall, 'before' | 'checkpoint' | 'wanted' | 'negativeTexts'>;

/** What a model that is converted will be called, and how large it will be; as it was told of, where it was. */
export async function titleOf(
  { before, checkpoint, wanted, negativeTexts }: Titled,
  config: NexusConfig,
  offered: Offer | undefined,
): Promise<Pick<Offer, 'name' | 'bytes'>> {
  if (offered === undefined && before?.known?.name) return { name: before.known.name, bytes: before.known.bytes };
  const sizes = offered ?? (await sizesOf(checkpoint));
  const held = heldWords(before?.description?.manifest ?? {});
  const words = wordsBytes(config, [...new Set([...held, ...negativeTexts])]);
  return { name: sizes.name, bytes: wantedBytes(sizes, wanted) + words };
}

/** What an offer would say of the sizes of a model that is not there yet. */
async function sizesOf(checkpoint: Checkpoint): Promise<InstallableBytes & Pick<Offer, 'name'>> {
  const plan = await planOf(checkpoint);
  return { ...factsOfPlan(plan, [], null), extras: extrasOfPlan(plan) };
}

function bytesOf({ shards, graphs }: ConversionPlan): number {
  const ofShards = shards.reduce((sum, { layout }) => sum + layout.bytes, 0);
  return graphs.reduce((sum, { bytes }) => sum + bytes.length, ofShards);
}

/** How long words are for the encoders of a checkpoint; null where it lacks what reads them. */
export async function lengthsOf(
  { folder }: Checkpoint,
  texts: readonly string[],
  openTokenizer: OpenTokenizer,
): Promise<readonly TokenCounts[] | null> {
  return wordsLengths([folder], await readModelConfig([folder]), texts, openTokenizer);
}
