/**
 * The modulation of every layer and step, computed before the first step from (timesteps, guidance, pooled vector). Its
 * layers, 27 % of FLUX's weights, pass through the device one at a time; the rows stay on the host.
 */
import { keptOnHost } from '../../model/bundle/fit.ts';
import { type FluxLayer, fluxLayers, fluxModulations, type RunFluxLayer } from '../../model/pieces/flux.ts';
import { sinusoid } from '../../model/tables/sinusoid.ts';
import { mapTuple } from '../../model/tuple.ts';
import { type HostTensor, hostTensor } from '../gpu/runtime.ts';
import type { FluxWeights } from './flux-weights.ts';
import type { Pace } from './pace.ts';
import type { FluxSource } from './source.ts';
import { onHost, rowsTensor } from './tensors.ts';

/** What the modulation depends on. */
export interface ModulationKey {
  /** 1000 · sigma of every step. */
  readonly timesteps: Float32Array;
  /** Embedded guidance at every step, before it is multiplied by 1000. */
  readonly guidance: Float32Array;
  /** [pooled] */
  readonly pooled: Float32Array;
}

/** The rows of all layers for all steps. */
export class ModulationTable {
  readonly #rows: ReadonlyMap<string, HostTensor>;

  constructor(rows: ReadonlyMap<string, HostTensor>) {
    this.#rows = rows;
  }

  /** A layer's rows [1, rows · hidden] at a step. */
  at(layer: FluxLayer, step: number): HostTensor {
    const all = this.#rows.get(layer.prefix);
    const width = all?.shape[1] ?? 0;
    const data = all?.data.subarray(step * width, (step + 1) * width);
    if (!data || data.length === 0) throw new RangeError(`no modulation of ${layer.prefix} at step ${step}`);
    return hostTensor('float32', [1, width], data);
  }
}

/** Reads each modulation layer once and runs it for all steps. Throws STOPPED between two layers. */
export async function computeModulation(
  source: FluxSource,
  weights: FluxWeights,
  { timesteps, guidance, pooled }: ModulationKey,
  pace: Pace,
): Promise<ModulationTable> {
  const { dit } = source.sizes;
  const run: RunFluxLayer<HostTensor> = async (layer, feeds, results) => {
    await pace.next();
    const program = await source.program(layer.graph);
    const places = Object.fromEntries(results.map((name) => [name, 'host' as const]));
    const outputs = await weights.once(layer, (read) => program.run({ ...feeds, ...read }, places));
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
  return new ModulationTable(table);
}

/** The last tables of one decoder: the positive and the negative branch of the schedule in use. */
export class ModulationCache {
  readonly #tables = new Map<string, ModulationTable>();

  async of(key: ModulationKey, compute: () => Promise<ModulationTable>): Promise<ModulationTable> {
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
