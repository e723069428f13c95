/**
 * The modulation of every layer and step, known before the first step from (timesteps, guidance, pooled vector). It is read from
 * the bundle's table, a step at a time, where there is one; else its layers, 27 % of FLUX's weights, pass through the device
 * one at a time, and the rows stay on the host.
 */
import { keptOnHost } from '../../model/bundle/fit.ts';
import { modulationRanges } from '../../model/bundle/modulation-tables.ts';
import type { ReadModulationRow } from '../../model/bundle/reader.ts';
import type { FluxConfig } from '../../model/config/painter.ts';
import { type FluxLayer, fluxLayers, fluxModulations, type RunFluxLayer } from '../../model/pieces/flux.ts';
import { sinusoid } from '../../model/tables/sinusoid.ts';
import { mapTuple } from '../../model/tuple.ts';
import { type HostTensor, hostTensor } from '../gpu/runtime.ts';
import { allStreamed, type FluxWeights, type WeightLender } from './flux-weights.ts';
import type { Pace } from './pace.ts';
import type { FluxSource } from './source.ts';
import { onHost, rowsTensor } from './tensors.ts';

/** What modulation is computed of. */
export interface ModulationKey {
  /** 1000 · sigma of every step. */
  readonly timesteps: Float32Array;
  /** Embedded guidance at every step, before it is multiplied by 1000. */
  readonly guidance: Float32Array;
  /** [pooled] */
  readonly pooled: Float32Array;
}

/** A layer's rows [1, rows · hidden] at one step. */
export type StepModulation = (layer: FluxLayer) => HostTensor;

/** The rows of all layers for all steps. */
export interface Modulation {
  at(step: number): Promise<StepModulation>;
}

/** Rows that were computed for all steps: by a layer's prefix [steps, rows · hidden]. */
class ComputedModulation implements Modulation {
  readonly #rows: ReadonlyMap<string, HostTensor>;

  constructor(rows: ReadonlyMap<string, HostTensor>) {
    this.#rows = rows;
  }

  async at(step: number): Promise<StepModulation> {
    return ({ prefix }) => {
      const all = this.#rows.get(prefix);
      const width = all?.shape[1] ?? 0;
      return rowTensor(all?.data.subarray(step * width, (step + 1) * width), prefix, step);
    };
  }
}

/** Rows of a bundle's table. The step that was read last is kept: both branches of guidance read the same. */
class StoredModulation implements Modulation {
  readonly #ranges: ReturnType<typeof modulationRanges>['ranges'];
  readonly #read: ReadModulationRow;
  #last: { readonly step: number; readonly row: Float32Array } | null = null;

  constructor(config: FluxConfig, read: ReadModulationRow) {
    this.#ranges = modulationRanges(config).ranges;
    this.#read = read;
  }

  async at(step: number): Promise<StepModulation> {
    const row = this.#last?.step === step ? this.#last.row : await this.#read(step);
    this.#last = { step, row };
    return ({ prefix }) => {
      const { begin = 0, length = 0 } = this.#ranges.get(prefix) ?? {};
      return rowTensor(row.subarray(begin, begin + length), prefix, step);
    };
  }
}

function rowTensor(data: HostTensor['data'] | undefined, prefix: string, step: number): HostTensor {
  if (!data || data.length === 0) throw new RangeError(`no modulation of ${prefix} at step ${step}`);
  return hostTensor('float32', [1, data.length], data);
}

export function storedModulation(config: FluxConfig, read: ReadModulationRow): Modulation {
  return new StoredModulation(config, read);
}

/** Reads each modulation layer once and runs it for all steps; none of them stays. Throws STOPPED between two layers. */
export async function computeModulation(
  source: FluxSource,
  weights: FluxWeights,
  key: ModulationKey,
  pace: Pace,
): Promise<Modulation> {
  // Their runs are over in an instant: what the next one would save is not worth its memory beside a decoder that stays.
  return weights.inOrder([], (lender) => modulate(source, lender, key, pace), allStreamed);
}

async function modulate(
  source: FluxSource,
  lender: WeightLender,
  { timesteps, guidance, pooled }: ModulationKey,
  pace: Pace,
): Promise<Modulation> {
  const { dit } = source.sizes;
  const run: RunFluxLayer<HostTensor> = async (layer, feeds, results) => {
    await pace.next();
    const program = await source.program(layer.graph);
    const places = Object.fromEntries(results.map((name) => [name, 'host' as const]));
    const outputs = await lender.using(layer, (read) => program.run({ ...feeds, ...read }, places));
    return mapTuple(results, (name) => onHost(outputs[name]));
  };
  const sinusoids = (values: Float32Array) => rowsTensor(sinusoid(values, dit.sinusoid), dit.sinusoid);
  const inputs = {
    time: sinusoids(timesteps),
    guidance: sinusoids(guidance.map((value) => value * 1000)),
    pooled: rowsTensor(pooled, dit.pooled),
  };
  const table = new Map<string, HostTensor>();
  for await (const { layer, rows } of fluxModulations(fluxLayers(dit), run, inputs)) table.set(layer.prefix, rows);
  return new ComputedModulation(table);
}

/** What was computed last for one decoder: the positive and the negative branch of the schedule in use. */
export class ModulationCache {
  readonly #tables = new Map<string, Modulation>();

  async of(key: ModulationKey, compute: () => Promise<Modulation>): Promise<Modulation> {
    const text = [key.timesteps, key.guidance, key.pooled].map((values) => values.join()).join(';');
    const known = this.#tables.get(text);
    const table = known ?? (await compute());
    this.#tables.delete(text);
    this.#tables.set(text, table);
    const [oldest] = this.#tables.keys();
    if (this.#tables.size > keptOnHost.modulationTables && oldest !== undefined) this.#tables.delete(oldest);
    return table;
  }
}
