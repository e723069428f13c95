/** What a conversion will cost on this machine: bytes, room on the disk, minutes. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { extraOf, firstAbilityOf } from '../model/bundle/abilities.ts';
import { finishedBefore } from '../model/bundle/conversion-journal.ts';
import type { ConversionPlan } from '../model/bundle/conversion-plan.ts';
import { takenBytes } from '../model/bundle/conversion-work.ts';
import { abilities, extras, type Installable } from '../model/bundle/installables.ts';
import type { QuantiserPool, RowBlock } from '../model/bundle/row-block.ts';
import { baseName } from '../model/bundle/source-files.ts';
import { fail } from '../model/failure.ts';
import { openFolder } from './files.ts';

export interface AbilityBytes {
  readonly ability: Installable;
  /** What it adds to those before it. */
  readonly bytes: number;
}

/** Bytes of a bundle by ability; what several share counts for the first of those that are asked for. */
export function bytesByAbility(plan: ConversionPlan, only: readonly Installable[] | null): readonly AbilityBytes[] {
  const asked = abilities.filter((ability) => only?.includes(ability) ?? true);
  const sums = new Map<Installable, number>([...asked, ...extras].map((ability) => [ability, 0]));
  const add = (part: string | null, bytes: number) => {
    const ability = extraOf(part) ?? firstAbilityOf(part, asked);
    sums.set(ability, (sums.get(ability) ?? 0) + bytes);
  };
  for (const { layout } of plan.shards) add(layout.part, layout.bytes);
  for (const { entries, bytes } of plan.graphs) add(entries[0]?.part ?? null, bytes.length);
  return [...sums].map(([ability, bytes]) => ({ ability, bytes })).filter(({ bytes }) => bytes > 0);
}

/** Bytes of weights that are read. */
export function sourceBytes(plan: ConversionPlan): number {
  return plan.shards.reduce((sum, shard) => sum + takenBytes(plan, shard), 0);
}

/** Bytes that a person may still write where `path` is or would be; null where the system does not tell. */
export async function freeBytes(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    const above = dirname(path);
    return above === path ? null : freeBytes(above);
  }
}

/**
 * Nothing is begun that the disk cannot take. What an earlier try left there is used again, or replaced file by file.
 *
 * @param free bytes that may be written at a path; null where the system does not tell
 * @throws NO_ROOM
 */
export async function requireRoom(plan: ConversionPlan, to: string, free = freeBytes): Promise<void> {
  await requireFree(to, await bytesStillNeeded(plan, to), free);
}

/** @throws NO_ROOM where these bytes are more than may be written there */
export async function requireFree(folder: string, needed: number, free = freeBytes): Promise<void> {
  const available = await free(folder);
  if (available !== null && needed > available) fail('NO_ROOM', { folder, needed, free: available });
}

async function bytesStillNeeded(plan: ConversionPlan, to: string): Promise<number> {
  const planned = [
    ...(plan.tokenizer ?? []).map(({ name, size }) => ({ path: baseName(name), bytes: size })),
    ...plan.shards.map(({ layout }) => ({ path: layout.file, bytes: layout.bytes })),
    ...plan.graphs.map(({ file, bytes }) => ({ path: file, bytes: bytes.length })),
  ];
  const folder = existsSync(to) ? openFolder(to) : null;
  const present = new Set(await folder?.list());
  const finished = new Set(folder === null ? [] : await finishedBefore(folder));
  let needed = 0;
  for (const { path, bytes } of planned) {
    if (folder !== null && present.has(path)) needed += bytes - (await folder.open(path)).size;
    // One that is finished and has not its own name is equal to another.
    else if (!finished.has(path)) needed += bytes;
  }
  return needed;
}

const measuredMs = 1000;
const [measuredRows, measuredLength] = [512, 2048];

/** Bytes of bfloat16 that these threads quantise to 4 bits a second: measured for one, after they have started. */
export async function quantisingRate(quantiser: QuantiserPool): Promise<number> {
  const patterns = Float32Array.from(
    { length: measuredRows * measuredLength },
    () => (Math.random() + Math.random() - 1) / 20,
  );
  const bytes = new Uint8Array(new Uint16Array(patterns.buffer).filter((_, half) => half % 2 === 1).buffer);
  const block = (): RowBlock => ({
    file: '',
    tensor: '',
    type: 'bfloat16',
    bytes: bytes.slice(),
    rows: measuredRows,
    rowLength: measuredLength,
    precision: 'q4',
  });
  const places = Array.from({ length: quantiser.atOnce });
  await Promise.all(places.map(() => quantiser.store(block())));
  const begun = performance.now();
  let done = 0;
  const inTurns = async () => {
    while (performance.now() - begun < measuredMs) {
      await quantiser.store(block());
      done += bytes.length;
    }
  };
  await Promise.all(places.map(inTurns));
  return (1000 * done) / (performance.now() - begun);
}
