/** Computes the modulation tables of a bundle while it is made (modulation-tables.ts). */
import { decodeWeights } from '../checkpoint/decode.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import type { NexusConfig } from '../config/nexus.ts';
import type { FluxConfig } from '../config/painter.ts';
import type { ServedSchedule } from '../config/settings.ts';
import { schedule } from '../diffusion/schedule.ts';
import { exactOptions } from '../onnx/graph.ts';
import { type FluxLayer, fluxLayers, fluxModulationLayers } from '../pieces/flux.ts';
import { fluxGraph } from '../pieces/flux-graphs.ts';
import { sinusoid } from '../tables/sinusoid.ts';
import type { Computation, ComputedStep, PlannedStep, ReadWeight, ResultOf } from './computed-steps.ts';
import { type Feed, type GraphRunner, noFile, weightFeeds } from './graph-runner.ts';
import { toFloat16 } from './half.ts';
import { modulationRanges, modulationTableName } from './modulation-tables.ts';
import { bytesOf } from './row-block.ts';

/** What the tables of a decoder are computed from. */
export interface Modulation {
  readonly config: NexusConfig;
  readonly schedules: readonly ServedSchedule[];
  /** CLIP's vector of the empty text. */
  readonly pooled: Float32Array;
  readonly source: TensorSource;
}

const [floatBytes, halfBytes] = [4, 2];

/**
 * The modulation of one decoder for all given schedules at once, a layer a step with one layer's weights in memory: the first
 * answers the conditioning in float32, each other its layer's rows [all steps, length] in float16.
 */
export function modulationSteps(modulation: Modulation, runner: GraphRunner): Computation {
  const { config, schedules, source } = modulation;
  const { dit } = config;
  const steps = plannedModulation(dit, schedules).map(({ layer, ...planned }): ComputedStep => {
    if (planned.takes.length === 0)
      return { ...planned, compute: async (read) => bytesOf(await run(layer, conditioningInputs(modulation), read)) };
    const compute: ComputedStep['compute'] = async (read, [conditioning = new Uint8Array()]) => {
      const inputs = { conditioning: rowsFeed(decodeWeights('float32', conditioning), dit.hidden) };
      return bytesOf(toFloat16(await run(layer, inputs, read), `modulation of ${layer.prefix}`));
    };
    return { ...planned, compute };
  });
  return { source, steps, wanted: [...steps.keys()].slice(1) };

  async function run({ graph: name, prefix }: FluxLayer, inputs: Readonly<Record<string, Feed>>, read: ReadWeight) {
    const graph = fluxGraph(name, dit, exactOptions);
    const feeds = { ...inputs, ...(await weightFeeds(graph, read, prefix)) };
    return new Float32Array(await runner.run(graph, noFile, feeds, graph.outputs[0]?.name ?? ''));
  }
}

interface ModulationStep extends PlannedStep {
  readonly layer: FluxLayer;
}

/** The steps of `modulationSteps`: the conditioning, then what takes it. */
export function plannedModulation(dit: FluxConfig, schedules: readonly ServedSchedule[]): readonly ModulationStep[] {
  const { ranges } = modulationRanges(dit);
  const layers = fluxLayers(dit);
  const rows = schedules.reduce((sum, { steps }) => sum + steps, 0);
  const { conditioning } = layers;
  let at = floatBytes * rows * dit.hidden;
  const first = { layer: conditioning, weights: weightNames(dit, conditioning), takes: [], at: 0, bytes: at };
  const others = fluxModulationLayers(layers).map((layer): ModulationStep => {
    const bytes = halfBytes * rows * (ranges.get(layer.prefix)?.length ?? 0);
    const step = { layer, weights: weightNames(dit, layer), takes: [0], at, bytes };
    at += bytes;
    return step;
  });
  return [first, ...others];
}

/** The tables by their names, as the bytes of float16, of what each layer's step answers. */
export async function modulationTables(
  { config: { dit }, schedules }: Modulation,
  resultOf: ResultOf,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { ranges, width } = modulationRanges(dit);
  const tables = schedules.map((served) => ({ served, bytes: new Uint8Array(halfBytes * served.steps * width) }));
  for (const [index, layer] of fluxModulationLayers(fluxLayers(dit)).entries()) {
    const { begin = 0, length = 0 } = ranges.get(layer.prefix) ?? {};
    const result = await resultOf(1 + index);
    let row = 0;
    for (const { served, bytes } of tables) {
      for (let step = 0; step < served.steps; step += 1, row += 1) {
        const values = result.subarray(halfBytes * row * length, halfBytes * (row + 1) * length);
        bytes.set(values, halfBytes * (step * width + begin));
      }
    }
  }
  return new Map(tables.map(({ served, bytes }) => [modulationTableName(served), bytes]));
}

function conditioningInputs({ config, schedules, pooled }: Modulation): Readonly<Record<string, Feed>> {
  const { dit, schedule: flow } = config;
  const timesteps = schedules.map(({ steps, strength }) => schedule(flow, steps, strength).timesteps);
  const guidance = schedules.flatMap((served) => Array<number>(served.steps).fill(1000 * served.guidance));
  const time = Float32Array.from(timesteps.flatMap((values) => [...values]));
  return {
    time: rowsFeed(sinusoid(time, dit.sinusoid), dit.sinusoid),
    guidance: rowsFeed(sinusoid(Float32Array.from(guidance), dit.sinusoid), dit.sinusoid),
    pooled: rowsFeed(pooled, dit.pooled),
  };
}

function weightNames(config: FluxConfig, { graph, prefix }: FluxLayer): readonly string[] {
  return fluxGraph(graph, config, exactOptions).weights.map(({ declaration }) => prefix + declaration.name);
}

function rowsFeed(data: Float32Array, width: number): Feed {
  return { type: 'float32', shape: [data.length / width, width], data };
}
