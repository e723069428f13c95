/**
 * FLUX's modulation as tables: the rows of all layers depend on time, guidance and the pooled vector of the empty text alone, so
 * for the schedules that a bundle offers they are computed once, at conversion, from the checkpoint's own weights
 * (docs/reference.md, "FLUX"). A table is a float16 tensor [steps, width]: one row a step, in which the layers' rows
 * follow one another in the order of `fluxModulationLayers`.
 */
import type { FluxConfig } from '../config/painter.ts';
import type { ServedSchedule } from '../config/settings.ts';
import { fluxLayers, fluxModulationLayers } from '../pieces/flux.ts';
import { modulationRows } from '../pieces/flux-modulation.ts';
import { type DecoderName, decoderParts } from './parts.ts';

/** The name of a schedule's table, for instance `steps.50.guidance.3.5`. */
export function modulationTableName({ steps, guidance }: Pick<ServedSchedule, 'steps' | 'guidance'>): string {
  return `steps.${steps}.guidance.${guidance}`;
}

/** Where a layer's values lie in a table's row. */
export interface RowRange {
  readonly begin: number;
  readonly length: number;
}

/** The range of each modulation layer, by the prefix of its weights, and the width of a whole row. */
export function modulationRanges(config: FluxConfig): {
  readonly ranges: ReadonlyMap<string, RowRange>;
  readonly width: number;
} {
  const ranges = new Map<string, RowRange>();
  let width = 0;
  for (const { graph, prefix } of fluxModulationLayers(fluxLayers(config))) {
    const length = rowsOf(graph) * config.hidden;
    ranges.set(prefix, { begin: width, length });
    width += length;
  }
  return { ranges, width };
}

function rowsOf(graph: string): number {
  if (graph === 'flux_modulation_joint') return modulationRows.joint;
  return graph === 'flux_modulation_single' ? modulationRows.single : modulationRows.final;
}

/** What is read of a manifest to know which schedules a decoder serves. */
export interface Schedules {
  readonly shards: readonly { readonly part: string; readonly tensors: readonly { readonly name: string }[] }[];
  readonly schedules?: readonly ServedSchedule[] | undefined;
}

/** The schedules that a decoder serves; null where it serves any, because its layers are there. */
export function servedSchedules(manifest: Schedules, decoder: DecoderName): readonly ServedSchedule[] | null {
  const { flux, layers } = decoderParts[decoder];
  const computes = manifest.shards.some(
    ({ part, tensors }) => (part === flux || part === layers) && tensors.some(({ name }) => isFinalModulation(name)),
  );
  return computes ? null : storedSchedules(manifest, decoder);
}

/** The schedules whose table a decoder has. */
export function storedSchedules(
  { shards, schedules = [] }: Schedules,
  decoder: DecoderName,
): readonly ServedSchedule[] {
  const { tables } = decoderParts[decoder];
  const names = new Set(shards.filter(({ part }) => part === tables).flatMap(({ tensors }) => tensors.map(nameOf)));
  return schedules.filter((served) => names.has(modulationTableName(served)));
}

const nameOf = ({ name }: { readonly name: string }) => name;

/** Of the layers it is the one that every FLUX has, however many blocks. */
function isFinalModulation(name: string): boolean {
  return name.startsWith('pipe.dit.final_norm_out.');
}
