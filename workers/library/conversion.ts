/** A checkpoint becomes a model of the library, straight into its folder: ability by ability, each of use as soon as it is there. */

import { abilitiesOf, extraOf, filesFor, firstAbilityOf } from '../../model/bundle/abilities.ts';
import { type ConversionPlan, type ConversionScope, planConversion } from '../../model/bundle/conversion-plan.ts';
import { takenBytes } from '../../model/bundle/conversion-work.ts';
import { convert } from '../../model/bundle/convert.ts';
import { countedSizes } from '../../model/bundle/counted-sizes.ts';
import type { SizedPlan } from '../../model/bundle/declared-plan.ts';
import { type FitDevice, planFit } from '../../model/bundle/fit.ts';
import { FileHasher } from '../../model/bundle/hashes.ts';
import { type Ability, abilities, type Extra, extras, type Installable } from '../../model/bundle/installables.ts';
import { type Manifest, type ManifestFile, manifestFile } from '../../model/bundle/manifest.ts';
import type { ConversionTools } from '../../model/bundle/planned-files.ts';
import { planRemake, remake } from '../../model/bundle/remake.ts';
import type { RowBlock } from '../../model/bundle/row-block.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import type { NexusConfig } from '../../model/config/nexus.ts';
import { fail } from '../../model/failure.ts';
import { sha256Hex } from '../sha256.ts';
import { type Checkpoint, fingerprintOf } from './checkpoint.ts';
import { type ConversionTarget, sinkOf } from './conversion-sink.ts';
import { totalBytes } from './installation.ts';
import { keyOf } from './model-folder.ts';
import type { ExtraOffer, ModelFacts, ModelKey } from './protocol.ts';

/** How matrices are stored: the one that fits the most devices. */
export const precision = 'q4';

export function planOf({ folder }: Checkpoint, scope?: ConversionScope): Promise<ConversionPlan> {
  return planConversion([folder], precision, scope);
}

/** One model in one precision is one folder, however often it is begun. */
export async function conversionKey(config: NexusConfig): Promise<ModelKey> {
  const key = keyOf(await sha256Hex(encodeUtf8(`conversion ${precision} ${JSON.stringify(config)}`)));
  return key ?? fail('MODEL_UNKNOWN', {});
}

/** What a checkpoint has beside abilities, of a plan with all that is still to be made of it. */
export function extrasOfPlan(plan: SizedPlan): Readonly<Record<Extra, ExtraOffer | null>> {
  const of = (extra: Extra): ExtraOffer | null => {
    const shards = plan.shards.filter(({ layout }) => extraOf(layout.part) === extra);
    const sum = (count: (shard: (typeof shards)[number]) => number) =>
      shards.reduce((all, shard) => all + count(shard), 0);
    return shards.length === 0
      ? null
      : { bytes: sum(({ layout }) => layout.bytes), passing: sum((shard) => takenBytes(plan, shard)) };
  };
  return { 'other-schedules': of('other-schedules'), negative: of('negative') };
}

/** What the model will be. Bytes of an ability are those without extras. */
export function factsOfPlan(
  plan: SizedPlan,
  licences: readonly string[],
  device: FitDevice | null,
): Omit<ModelFacts, 'sha256'> {
  const there = new Set(plan.weights.keys());
  const sums = { chat: 0, draw: 0, edit: 0 };
  let beside = 0;
  for (const { layout } of plan.shards) {
    if (extraOf(layout.part) === null) sums[firstAbilityOf(layout.part)] += layout.bytes;
    else beside += layout.bytes;
  }
  for (const { entries, bytes } of plan.graphs) sums[firstAbilityOf(entries[0]?.part ?? null)] += bytes.length;
  const able = abilities.filter((ability) => [...filesFor([ability])].every((file) => there.has(file)));
  const of = (ability: Ability) => (able.includes(ability) ? sums[ability] : null);
  return {
    name: plan.config.nexus_gen.name,
    bytes: sums.chat + sums.draw + sums.edit + beside,
    licences: [...plan.config.nexus_gen.licences, ...licences],
    abilities: { chat: of('chat'), draw: of('draw'), edit: of('edit') },
    plan: device && planFit({ shards: plan.shards.map(({ layout }) => layout) }, plan.config, device).abilities,
    counted: countedSizes(plan.config),
  };
}

interface Order extends ConversionTarget {
  readonly checkpoint: Checkpoint;
  /** Bytes that are kept, as many of all as of the work is done. */
  readonly progress: (done: number, total: number) => void;
}

/** A conversion that is to be carried out. */
export interface ConversionOrder extends Order {
  readonly wanted: readonly Installable[];
  /** Negative prompts that are added with the empty one. */
  readonly negativeTexts: readonly string[];
  /** What is there already, made from the same checkpoint; null where nothing is. */
  readonly installed: Manifest | null;
  /** Of all that is wanted. */
  readonly bytes: number;
  /** Told when `bundle.json` lists another ability. */
  readonly completed: (manifest: Manifest) => Promise<void>;
}

/** Files that are to be made again. */
export interface RemakeOrder extends Order {
  readonly manifest: Manifest;
  /** Paths of files that it lists. */
  readonly lost: ReadonlySet<string>;
  readonly remade: (file: ManifestFile) => Promise<void>;
}

/** What a conversion computes with. */
export type MachineTools = Omit<ConversionTools, 'progress'>;

/** They have threads of their own until they are closed. */
export type OpenTools = MachineTools & { readonly close: () => void };

/** The threads of the tools end with the work. */
export async function withTools<Result>(
  { conversionTools }: { readonly conversionTools: () => Promise<OpenTools> },
  work: (tools: MachineTools) => Promise<Result>,
): Promise<Result> {
  const { close, ...tools } = await conversionTools();
  return work(tools).finally(close);
}

/**
 * Makes what is not made yet. `bundle.json` is replaced whole each time that an ability is complete.
 *
 * @throws INSTALL_FULL, INSTALL_UNWRITTEN, the signal's reason, and what `convert` throws
 */
export async function convertInto(order: ConversionOrder, tools: MachineTools): Promise<void> {
  let { installed } = order;
  for (const only of await stagesOf(order)) {
    const negativeTexts = only.includes('negative') ? order.negativeTexts : [];
    const plan = await planOf(order.checkpoint, { only, installed, negative: 'if named', negativeTexts });
    if (plan.shards.length === 0 && plan.graphs.length === 0) continue;
    const before = installed === null ? 0 : totalBytes(installed);
    let left = order.bytes - before;
    const progress: ConversionTools['progress'] = ({ share, bytes, written, needed }) => {
      left = Math.max(needed, order.bytes - before - written);
      order.progress(before + Math.floor(share * bytes), before + bytes);
    };
    const sink = sinkOf(order, () => left);
    installed = await convert(plan, sink, { ...tools, progress });
    await order.completed(installed);
  }
}

/**
 * Makes files again, and reads of the checkpoint only what they need.
 *
 * @throws SOURCE_CHANGED where they come out otherwise, SOURCE_MISSING, and what `convertInto` throws
 */
export async function remakeInto(order: RemakeOrder, tools: MachineTools): Promise<void> {
  const { checkpoint, manifest, lost, remade } = order;
  if (lost.size === 0) return;
  const total = totalBytes(manifest);
  const [lacking, kept] = [true, false].map((isLost) =>
    totalBytes({ files: manifest.files.filter(({ path }) => lost.has(path) === isLost) }),
  );
  let left = lacking ?? 0;
  const progress: ConversionTools['progress'] = ({ share, bytes, needed }) => {
    left = needed;
    order.progress((kept ?? 0) + Math.floor(share * bytes), total);
  };
  const plan = await planRemake([checkpoint.folder], { manifest, lost });
  const sink = sinkOf(order, () => left);
  await remake({ plan, sink, tools: { ...tools, progress } }, { manifest, lost }, remade);
}

/** Abilities in the order in which they are made, then what those that draw have beside. */
async function stagesOf({
  checkpoint,
  wanted,
  installed,
}: ConversionOrder): Promise<readonly (readonly Installable[])[]> {
  const paths = await checkpoint.folder.list();
  const has = (name: string) => paths.some((path) => path === name || path.endsWith(`/${name}`));
  const isThere: Readonly<Record<Ability, boolean>> = {
    chat: true,
    draw: has('generation_decoder.bin') && has('ae.safetensors'),
    edit: has('edit_decoder.bin') && has('ae.safetensors'),
  };
  const stages = abilities.filter((ability) => wanted.includes(ability) && isThere[ability]);
  const made = [...stages, ...(installed === null ? [] : abilitiesOf(installed))];
  const draws = made.includes('draw') || made.includes('edit');
  const beside = draws ? extras.filter((extra) => wanted.includes(extra)) : [];
  return [...stages, ...beside].map((one) => [one]);
}

/**
 * Names the checkpoint that a folder's files are made of.
 *
 * @param before the name that is noted with what is there: it stays where only what negative prompts are made of has come since
 */
export async function madeFrom(checkpoint: Checkpoint, before: string | null): Promise<string> {
  const { whole, earlier } = await fingerprintOf(checkpoint);
  return before !== null && earlier.has(before) ? before : whole;
}

const measuredMs = 500;
const measuredRows = 512;
const measuredRowLength = 4096;

/** Bytes of a checkpoint a second that this machine stores and hashes, measured for half a second. */
export async function conversionRate({ quantiser, ...hashing }: MachineTools): Promise<number> {
  const begun = performance.now();
  const hasher = new FileHasher(hashing);
  let bytes = 0;
  while (performance.now() - begun < measuredMs) {
    const blocks = Array.from({ length: quantiser.atOnce }, sampleBlock);
    bytes += blocks.reduce((sum, block) => sum + block.bytes.length, 0);
    for (const stored of await Promise.all(blocks.map((block) => quantiser.store(block)))) hasher.update(stored.first);
  }
  return (bytes * 1000) / (performance.now() - begun);
}

/** bfloat16 values from -2 to 2, none of them zero. */
function sampleBlock(): RowBlock {
  const values = new Uint16Array(measuredRows * measuredRowLength);
  let state = 1;
  for (let at = 0; at < values.length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[at] = 0x3f00 | ((state >>> 24) & 0xff) | (state & 0x8000);
  }
  return {
    file: manifestFile,
    tensor: 'sample',
    type: 'bfloat16',
    bytes: new Uint8Array(values.buffer),
    rows: measuredRows,
    rowLength: measuredRowLength,
    precision,
  };
}
