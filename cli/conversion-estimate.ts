/** What a conversion will cost on this machine: bytes, room on the disk, minutes. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Ability, abilities, firstAbilityOf } from '../model/bundle/abilities.ts';
import type { ConversionPlan } from '../model/bundle/conversion-plan.ts';
import type { QuantiserPool, RowBlock } from '../model/bundle/row-block.ts';
import { elementTypeBytes } from '../model/checkpoint/element-types.ts';

export interface AbilityBytes {
  readonly ability: Ability;
  /** What it adds to those before it. */
  readonly bytes: number;
}

/** Bytes of a bundle by ability; what several share counts for the first of those that are asked for. */
export function bytesByAbility(plan: ConversionPlan, only: readonly Ability[] | null): readonly AbilityBytes[] {
  const asked = abilities.filter((ability) => only?.includes(ability) ?? true);
  const sums = new Map(asked.map((ability) => [ability, 0]));
  const add = (part: string | null, bytes: number) => {
    const ability = firstAbilityOf(part, asked);
    sums.set(ability, (sums.get(ability) ?? 0) + bytes);
  };
  for (const { layout } of plan.shards) add(layout.part, layout.bytes);
  for (const { entries, bytes } of plan.graphs) add(entries[0]?.part ?? null, bytes.length);
  return [...sums].map(([ability, bytes]) => ({ ability, bytes })).filter(({ bytes }) => bytes > 0);
}

/** Bytes of weights that are read. */
export function sourceBytes({ shards, weights }: ConversionPlan): number {
  return shards.reduce((sum, { layout, from }) => {
    const source = from === 'constants' ? undefined : weights.get(from);
    return layout.weights.reduce((inShard, { source: name, rows, rowLength }) => {
      const type = source?.find(name)?.type;
      return inShard + (type === undefined ? 0 : rows * rowLength * elementTypeBytes[type]);
    }, sum);
  }, 0);
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

const measuredMs = 1000;
const [rows, rowLength] = [512, 2048];

/** Bytes of bfloat16 that these threads quantise to 4 bits a second: measured for one, after they have started. */
export async function quantisingRate(quantiser: QuantiserPool): Promise<number> {
  const patterns = Float32Array.from({ length: rows * rowLength }, () => (Math.random() + Math.random() - 1) / 20);
  const bytes = new Uint8Array(new Uint16Array(patterns.buffer).filter((_, half) => half % 2 === 1).buffer);
  const block: RowBlock = { file: '', tensor: '', type: 'bfloat16', bytes, rows, rowLength, precision: 'q4' };
  const places = Array.from({ length: quantiser.atOnce });
  await Promise.all(places.map(() => quantiser.store(block)));
  const begun = performance.now();
  let done = 0;
  const inTurns = async () => {
    while (performance.now() - begun < measuredMs) {
      await quantiser.store(block);
      done += bytes.length;
    }
  };
  await Promise.all(places.map(inTurns));
  return (1000 * done) / (performance.now() - begun);
}
