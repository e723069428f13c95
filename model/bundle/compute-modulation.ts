/** Computes the modulation tables of a bundle while it is made (modulation-tables.ts). */
import type { TensorSource } from '../checkpoint/tensors.ts';
import type { NexusConfig } from '../config/nexus.ts';
import type { FluxConfig } from '../config/painter.ts';
import type { ServedSchedule } from '../config/settings.ts';
import { schedule } from '../diffusion/schedule.ts';
import { fail } from '../failure.ts';
import { exactOptions } from '../onnx/graph.ts';
import { fluxLayers, fluxModulations, type RunFluxLayer } from '../pieces/flux.ts';
import { fluxGraph } from '../pieces/flux-graphs.ts';
import { sinusoid } from '../tables/sinusoid.ts';
import { mapTuple } from '../tuple.ts';
import { type Feed, type GraphRunner, noFile, weightFeeds } from './graph-runner.ts';
import { toFloat16 } from './half.ts';
import { modulationRanges, modulationTableName } from './modulation-tables.ts';

/** The modulation of one decoder for all given schedules at once, as the bits of float16 by the table's name. */
export async function computeModulationTables(
  { dit, schedule: flow }: NexusConfig,
  schedules: readonly ServedSchedule[],
  pooled: Float32Array,
  weights: TensorSource,
  runner: GraphRunner,
): Promise<ReadonlyMap<string, Uint16Array>> {
  const timesteps = schedules.map(({ steps, strength }) => schedule(flow, steps, strength).timesteps);
  const guidance = schedules.flatMap((served) => Array<number>(served.steps).fill(1000 * served.guidance));
  const time = Float32Array.from(timesteps.flatMap((values) => [...values]));
  const { ranges, width } = modulationRanges(dit);
  const tables = schedules.map((served) => ({ served, bits: new Uint16Array(served.steps * width) }));
  const inputs = {
    time: rowsFeed(sinusoid(time, dit.sinusoid), dit.sinusoid),
    guidance: rowsFeed(sinusoid(Float32Array.from(guidance), dit.sinusoid), dit.sinusoid),
    pooled: rowsFeed(pooled, dit.pooled),
  };
  for await (const { layer, rows } of fluxModulations(fluxLayers(dit), layerRunner(dit, weights, runner), inputs)) {
    const { begin = 0, length = 0 } = ranges.get(layer.prefix) ?? {};
    const halves = toFloat16(rows.data, `modulation of ${layer.prefix}`);
    let row = 0;
    for (const { served, bits } of tables) {
      for (let step = 0; step < served.steps; step += 1, row += 1) {
        bits.set(halves.subarray(row * length, (row + 1) * length), step * width + begin);
      }
    }
  }
  return new Map(tables.map(({ served, bits }) => [modulationTableName(served), bits]));
}

type FloatFeed = Extract<Feed, { readonly type: 'float32' }>;

/** Runs one layer at a time with the checkpoint's weights, which are fed: one of them is in memory. */
function layerRunner(config: FluxConfig, weights: TensorSource, runner: GraphRunner): RunFluxLayer<FloatFeed> {
  return async ({ graph: name, prefix }, inputs, results) => {
    const graph = fluxGraph(name, config, exactOptions);
    const feeds = { ...inputs, ...(await weightFeeds(graph, weights, prefix)) };
    const [result] = results;
    if (result === undefined || results.length > 1) return fail('UNEXPECTED', { message: `${name}: one result` });
    const values = await runner.run(graph, noFile, feeds, result);
    const steps = inputs.time?.shape[0] ?? inputs.conditioning?.shape[0] ?? 1;
    return mapTuple(results, () => rowsFeed(values, values.length / steps));
  };
}

function rowsFeed(data: Float32Array, width: number): FloatFeed {
  return { type: 'float32', shape: [data.length / width, width], data };
}
