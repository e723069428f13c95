/**
 * What a bundle is made of. A part is one piece's weights, in shards of its own, so that a worker reads only what it runs.
 * The pieces themselves say which weights they have: there is no second table.
 */
import type { NexusConfig } from '../config/nexus.ts';
import { mergedTokens } from '../config/vision.ts';
import type { BuiltGraph, GraphOptions, UsedWeight } from '../onnx/graph.ts';
import { adapter } from '../pieces/adapter.ts';
import { autoencoderDecode, autoencoderEncode } from '../pieces/autoencoder.ts';
import { allFluxLayers, type FluxLayer } from '../pieces/flux.ts';
import { type FluxGraphName, fluxGraph, fluxGraphNames } from '../pieces/flux-graphs.ts';
import { merger } from '../pieces/merger.ts';
import { prefillEmbeddings, textProjector, tokenEmbeddings, visionProjector } from '../pieces/projectors.ts';
import { allLayers, isSegment, type LayerRange, segmentName, transformerSegment } from '../pieces/transformer.ts';
import { visionEncoder } from '../pieces/vision-encoder.ts';

/** The files of a checkpoint that weights come from; the language model is always there. */
export type WeightFile = 'language' | 'generation' | 'editing' | 'autoencoder';

export type Builder = (config: NexusConfig, options: GraphOptions) => BuiltGraph;

export interface PieceOfBundle {
  readonly part: string;
  readonly from: WeightFile;
  readonly build: Builder;
  /** `table`: no operators, rows are read on the host; then there is no graph to write. */
  readonly kind: 'graph' | 'table';
}

const transformerPiece = piece('transformer', 'language', (config, options) =>
  transformerSegment(config, allLayers(config), options),
);

const pieces: readonly PieceOfBundle[] = [
  piece('vision_encoder', 'language', (config, options) => visionEncoder(config.vision_config, options)),
  table('token_embeddings', tokenEmbeddings),
  table('image_prefill_embeddings', (config, options) => prefillEmbeddings(config, drawnTokens(config), options)),
  transformerPiece,
  piece('text_projector', 'language', textProjector),
  piece('vision_projector', 'language', visionProjector),
  piece('generation_adapter', 'generation', (config, options) => adapter(config.adapter, options)),
  piece('editing_merger', 'editing', (config, options) => merger(config.merger, options)),
  piece('autoencoder_decode', 'autoencoder', (config, options) => autoencoderDecode(config.vae, options)),
  piece('autoencoder_encode', 'autoencoder', (config, options) => autoencoderEncode(config.vae, options)),
];

function piece(part: string, from: WeightFile, build: Builder): PieceOfBundle {
  return { part, from, build, kind: 'graph' };
}

function table(part: string, build: Builder): PieceOfBundle {
  return { part, from: 'language', build, kind: 'table' };
}

/**
 * Parts whose weights a worker loads with their graphs, by the worker; the transformer stands for its segments. FLUX's parts
 * are fed layer by layer instead.
 */
export const graphParts = {
  language: graphPartsOf((from) => from === 'language'),
  painter: graphPartsOf((from) => from !== 'language'),
} as const;

function graphPartsOf(wanted: (from: WeightFile) => boolean): readonly string[] {
  return pieces.filter(({ kind, from }) => kind === 'graph' && wanted(from)).map(({ part }) => part);
}

/** The piece that a part is of: its own name, or the transformer where it is one of its segments. */
export function pieceOf(part: string): string {
  return isSegment(part) ? transformerPiece.part : part;
}

/** Every piece whose weights come from this file, but for FLUX. */
export function piecesOf(file: WeightFile): readonly string[] {
  return pieces.filter(({ from }) => from === file).map(({ part }) => part);
}

function drawnTokens(config: NexusConfig): number {
  return mergedTokens(config.nexus_gen.image.drawn_grid, config.vision_config.spatial_merge_size);
}

/** The pieces with weights of their own that a bundle from these files has, the transformer in the given segments. */
export function piecesFrom(
  files: ReadonlySet<WeightFile>,
  config: NexusConfig,
  segments: readonly LayerRange[],
): readonly PieceOfBundle[] {
  const inSegments = segments.map((range) =>
    piece(segmentName(config, range), 'language', (sizes, options) => transformerSegment(sizes, range, options)),
  );
  return pieces
    .flatMap((whole) => (whole === transformerPiece ? inSegments : [whole]))
    .filter(({ from }) => files.has(from));
}

export const decoderNames = ['generation', 'editing'] as const;
export type DecoderName = (typeof decoderNames)[number];

/** The parts of a decoder beside its adapter or merger. */
interface DecoderParts {
  /** FLUX; both decoders are run by the same graphs, whose weights are inputs. */
  readonly flux: string;
  /** The rows that modulate it in the schedules a bundle names, one tensor a schedule. */
  readonly tables: string;
  /**
   * The layers that compute such rows for any schedule, where a bundle has tables: it need not hold them then. Where it has no
   * tables they lie in FLUX's own part.
   */
  readonly layers: string;
}

export const decoderParts: Readonly<Record<DecoderName, DecoderParts>> = {
  generation: {
    flux: 'generation_flux',
    tables: 'generation_modulation_tables',
    layers: 'generation_modulation',
  },
  editing: { flux: 'editing_flux', tables: 'editing_modulation_tables', layers: 'editing_modulation' },
};

export function hasDecoder(files: ReadonlySet<WeightFile>): boolean {
  return decoderNames.some((decoder) => files.has(decoder));
}

/** The graphs that serve FLUX's layers, by name. */
export function fluxGraphs(config: NexusConfig, options: GraphOptions): ReadonlyMap<FluxGraphName, BuiltGraph> {
  return new Map(fluxGraphNames.map((name) => [name, fluxGraph(name, config.dit, options)]));
}

/** Every weight of these layers of a FLUX decoder under its official name, in the precision its graph expects. */
export function fluxWeights(
  config: NexusConfig,
  options: GraphOptions,
  layers: readonly FluxLayer[] = allFluxLayers(config.dit),
): readonly UsedWeight[] {
  const graphs = fluxGraphs(config, options);
  return layers.flatMap(({ graph, prefix }) =>
    (graphs.get(graph)?.weights ?? []).map(({ declaration, precision, stored }) => ({
      declaration: { ...declaration, name: prefix + declaration.name },
      precision,
      stored: stored.map((tensor) => ({ ...tensor, name: prefix + tensor.name })),
    })),
  );
}

/** Constants made at conversion: float32 tensors in a part of their own (docs/reference.md, "Text encoders"). */
export const constantsPart = 'constants';
export const constantNames = {
  /** CLIP's vector of a text [pooled]: of the empty one, or of a negative prompt's words in their part. */
  pooled: 'pooled',
  /** T5's hidden states of a text [negative_length, context], the same. */
  negative: 'negative',
} as const;

/** The part of T5's states of the empty text where they are a file of their own (negative-text.ts). */
export const negativePart = 'negative_text';

/** The part of a negative prompt of other words, counted from 1 in the order in which they came. */
export function wordsPart(number: number): string {
  return `${negativePart}_${number}`;
}

/** Whether a part is what the negative branch reads. */
export function isNegativePart(part: string | null): boolean {
  return part === negativePart || part?.startsWith(`${negativePart}_`) === true;
}

const partRanks = new Map(
  [
    ...pieces.map(({ part }) => part),
    ...decoderNames.flatMap((decoder) => [decoderParts[decoder].flux, decoderParts[decoder].tables]),
    ...decoderNames.map((decoder) => decoderParts[decoder].layers),
    constantsPart,
    negativePart,
  ].map((part, rank) => [part, rank]),
);

/** Where a part stands among the parts of a bundle; null for the graphs of FLUX, which stand behind those of the pieces. */
export function rankOfPart(part: string | null): number {
  return part === null ? pieces.length : (partRanks.get(pieceOf(part)) ?? partRanks.size);
}
