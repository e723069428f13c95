/** What the painter draws with: a bundle stands behind it in the page, a checkpoint's own weights in the golden cases. */
import type { DrawnSchedule, NegativeText, ReadModulationRow } from '../../model/bundle/reader.ts';
import type {
  AdapterConfig,
  AutoencoderConfig,
  FluxConfig,
  MergerConfig,
  ScheduleConfig,
} from '../../model/config/painter.ts';
import type { LinearPreview } from '../../model/diffusion/pixels.ts';
import type { StoredTensor } from '../../model/onnx/stored.ts';
import type { FluxGraphName } from '../../model/pieces/flux-graphs.ts';
import type { Program } from '../gpu/runtime.ts';
import type { Decoder } from '../protocol.ts';

export interface PainterSizes {
  /** Null where the generation decoder is not there. */
  readonly adapter: AdapterConfig | null;
  /** Null where the editing decoder is not there. */
  readonly merger: MergerConfig | null;
  readonly dit: FluxConfig;
  readonly vae: AutoencoderConfig;
  readonly schedule: ScheduleConfig;
}

/** The graphs that turn image embeddings into conditioning tokens. */
export interface ConditionerSource {
  readonly sizes: Pick<PainterSizes, 'adapter' | 'merger'>;
  using<Result>(
    name: 'generation_adapter' | 'editing_merger',
    run: (program: Program) => Promise<Result>,
  ): Promise<Result>;
}

/** The graphs of FLUX, which serve both decoders, and the weights they take as inputs. */
export interface FluxSource {
  readonly sizes: Pick<PainterSizes, 'dit'>;
  /** A graph of FLUX, which has no weights of its own: loaded when it is first asked for, then kept. */
  program(name: FluxGraphName): Promise<Program>;
  /** A graph's weights by their names inside a layer, in the types its inputs take. */
  fluxWeights(name: FluxGraphName): readonly StoredTensor[];
  /**
   * A reader of a schedule's modulation, all layers' rows of a step; null where it has to be computed.
   *
   * @throws SCHEDULE_UNAVAILABLE where it cannot be computed either
   */
  modulationTable(decoder: Decoder, schedule: DrawnSchedule): ReadModulationRow | null;
  /** Bytes of a stored tensor of one decoder's FLUX, by its official name. */
  readFlux(decoder: Decoder, storedName: string): Promise<Uint8Array>;
}

/** The graphs between latents and pictures. */
export interface AutoencoderSource {
  readonly sizes: Pick<PainterSizes, 'vae'>;
  using<Result>(
    name: 'autoencoder_decode' | 'autoencoder_encode',
    run: (program: Program) => Promise<Result>,
  ): Promise<Result>;
}

export type PainterPiece = 'generation_adapter' | 'editing_merger' | 'autoencoder_decode' | 'autoencoder_encode';

export interface PainterSource extends ConditionerSource, FluxSource, AutoencoderSource {
  readonly sizes: PainterSizes;
  /** Calls `run` with a piece's program, which may be gone when that has ended. */
  using<Result>(name: PainterPiece, run: (program: Program) => Promise<Result>): Promise<Result>;
  /** Null where none was fitted for this autoencoder: then there are no previews. */
  readonly preview: LinearPreview | null;
  /** CLIP's vector of the empty text [pooled], which every positive pass uses. */
  pooled(): Promise<Float32Array>;
  /**
   * @throws NEGATIVE_UNAVAILABLE for a prompt that it does not hold, NEGATIVE_LAYERS for one that it holds and whose modulation the
   * decoder can neither look up nor compute
   */
  negative(prompt: string, decoder: Decoder): Promise<NegativeText>;
}
