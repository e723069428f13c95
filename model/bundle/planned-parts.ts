/** The parts that a conversion makes of a checkpoint's weights: the place of every tensor, and the graphs that name them. */
import type { TensorSource } from '../checkpoint/tensors.ts';
import type { NexusConfig } from '../config/nexus.ts';
import type { ServedSchedule } from '../config/settings.ts';
import { fail } from '../failure.ts';
import type { BuiltGraph, GraphOptions } from '../onnx/graph.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
import { type Location, writeModel } from '../onnx/write.ts';
import { allFluxLayers, type FluxLayer, fluxPictureLayers, fluxScheduleLayers } from '../pieces/flux.ts';
import { fluxGraph, fluxGraphNames } from '../pieces/flux-graphs.ts';
import type { ManifestGraph } from './manifest.ts';
import { modulationRanges, modulationTableName } from './modulation-tables.ts';
import type { NegativeSource } from './negative-source.ts';
import {
  type DecoderName,
  decoderNames,
  decoderParts,
  fluxWeights,
  hasDecoder,
  piecesFrom,
  type WeightFile,
} from './parts.ts';
import { type BundlePrecision, precisionOf } from './precision.ts';
import { planSegments } from './segments.ts';
import { layoutShards, type ShardLayout, storedWeights } from './shards.ts';
import { expectWeights } from './source-files.ts';

/** A shard, and what it is made of: weights of a file as they are, or what is computed of them and of the text encoders. */
export type PlannedShard =
  | { readonly kind: 'weights'; readonly layout: ShardLayout; readonly from: WeightFile }
  | {
      readonly kind: 'modulation tables';
      readonly layout: ShardLayout;
      readonly from: DecoderName;
      /** The weights that are read for them. */
      readonly reads: readonly string[];
    }
  | { readonly kind: 'constants'; readonly layout: ShardLayout }
  | {
      readonly kind: 'negative';
      readonly layout: ShardLayout;
      /** The negative prompt. */
      readonly text: string;
      readonly source: NegativeSource;
    };

/** A graph's file, which serves both activations where it computes in the same types for both. */
export interface PlannedGraph {
  readonly file: string;
  readonly entries: readonly ManifestGraph[];
  readonly bytes: Uint8Array;
  /** Its bytes where its shards go by other names. */
  readonly withShards: (nameOf: (file: string) => string) => Uint8Array;
}

const activationTypes = ['float32', 'float16'] as const;

export interface PartsScope {
  readonly precision: BundlePrecision;
  /** Bytes of a segment of the transformer, at most. */
  readonly segmentLimit: number;
  /** Files of which every piece is planned. */
  readonly whole: ReadonlySet<WeightFile>;
  /** Decoders of which the layers of other schedules are planned. */
  readonly layers: ReadonlySet<DecoderName>;
  /** Schedules that tables are made of; none where the layers stay in FLUX's own part. */
  readonly schedules: readonly ServedSchedule[];
  readonly hasFluxGraphs: boolean;
}

/** @throws MODEL_MISMATCH where a file lacks a weight that a planned part is made of */
export function planParts(
  config: NexusConfig,
  weights: ReadonlyMap<WeightFile, TensorSource>,
  { precision, segmentLimit, whole, layers, schedules, hasFluxGraphs }: PartsScope,
): { readonly shards: readonly PlannedShard[]; readonly graphs: readonly PlannedGraph[] } {
  const precisionFor = precisionOf(precision);
  const options = (activations: GraphOptions['activations']): GraphOptions => ({
    activations,
    precision: precisionFor,
    weights: 'file',
  });
  const shards: PlannedShard[] = [];
  const graphs: PlannedGraph[] = [];
  const declared = new Map<WeightFile, WeightDeclaration[]>();
  const declare = (from: WeightFile, declarations: readonly WeightDeclaration[]) =>
    declared.set(from, [...(declared.get(from) ?? []), ...declarations]);
  const addPart = (part: string, from: WeightFile, declarations: readonly WeightDeclaration[]) => {
    const stored = declarations.flatMap((declaration) => storedWeights(declaration, precisionFor(declaration)));
    const layouts = layoutShards(part, stored);
    shards.push(...layouts.map((layout): PlannedShard => ({ kind: 'weights', layout, from })));
    declare(from, declarations);
    return layouts;
  };

  const segments = planSegments(config, options('float32'), segmentLimit);
  for (const { part, from, build, kind } of piecesFrom(whole, config, segments)) {
    const layouts = addPart(part, from, declarationsOf(build(config, options('float32'))));
    if (kind === 'table') continue;
    graphs.push(...plannedGraphs((type) => build(config, options(type)), part, layouts));
  }
  for (const name of hasDecoder(whole) && !hasFluxGraphs ? fluxGraphNames : []) {
    graphs.push(...plannedGraphs((type) => fluxGraph(name, config.dit, options(type)), null, []));
  }
  const fluxDeclarations = (of: readonly FluxLayer[]) =>
    fluxWeights(config, options('float32'), of).map(({ declaration }) => declaration);
  const scheduleDeclarations = fluxDeclarations(fluxScheduleLayers(config.dit));
  for (const decoder of decoderNames.filter((name) => whole.has(name))) {
    if (schedules.length === 0) {
      addPart(decoderParts[decoder].flux, decoder, fluxDeclarations(allFluxLayers(config.dit)));
      continue;
    }
    addPart(decoderParts[decoder].flux, decoder, fluxDeclarations(fluxPictureLayers(config.dit)));
    const reads = scheduleDeclarations.map(({ name }) => name);
    for (const layout of tableLayouts(config, schedules, decoder)) {
      shards.push({ kind: 'modulation tables', layout, from: decoder, reads });
    }
    declare(decoder, scheduleDeclarations);
  }
  for (const decoder of decoderNames.filter((name) => layers.has(name) && weights.has(name) && schedules.length > 0)) {
    addPart(decoderParts[decoder].layers, decoder, scheduleDeclarations);
  }
  for (const [file, source] of weights) expectWeights(file, source, declared.get(file) ?? []);
  return { shards, graphs };
}

function tableLayouts(
  { dit }: NexusConfig,
  schedules: readonly ServedSchedule[],
  decoder: DecoderName,
): readonly ShardLayout[] {
  const { width } = modulationRanges(dit);
  const stored = schedules.flatMap((served) => {
    const declaration = { name: modulationTableName(served), shape: [served.steps, width], role: 'vector' } as const;
    return storedWeights(declaration, 'float16');
  });
  return layoutShards(decoderParts[decoder].tables, stored);
}

function declarationsOf(graph: BuiltGraph): readonly WeightDeclaration[] {
  return graph.weights.map(({ declaration }) => declaration);
}

/** The files of a graph: one where its activations make no difference to it, else one for each type. */
function plannedGraphs(
  build: (activations: GraphOptions['activations']) => BuiltGraph,
  part: string | null,
  layouts: readonly ShardLayout[],
): readonly PlannedGraph[] {
  const planned = activationTypes.map((activations): PlannedGraph => {
    const graph = build(activations);
    const file = `${graph.name}.${activations}.onnx`;
    const withShards = (nameOf: (shard: string) => string) => writeModel(graph, locator(layouts, nameOf));
    return {
      file,
      entries: [{ name: graph.name, activations, file, part }],
      bytes: withShards((shard) => shard),
      withShards,
    };
  });
  const [first] = planned;
  if (first === undefined || !planned.every(({ bytes }) => equalBytes(bytes, first.bytes))) return planned;
  const entries = planned.flatMap((graph) => graph.entries);
  const file = `${entries[0]?.name}.onnx`;
  return [{ ...first, file, entries: entries.map((entry) => ({ ...entry, file })) }];
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

function locator(layouts: readonly ShardLayout[], nameOf: (shard: string) => string): (tensor: string) => Location {
  const places = new Map(
    layouts.flatMap(({ file, tensors }) =>
      tensors.map(({ name, offset, bytes }) => [name, { file: nameOf(file), offset, bytes }]),
    ),
  );
  return (name) => places.get(name) ?? fail('BUNDLE_LACKS', { part: layouts[0]?.part ?? '', name });
}
