import type { NegativeText } from '../../../model/bundle/reader.ts';
import {
  readAdapterConfig,
  readAutoencoderConfig,
  readFluxConfig,
  readMergerConfig,
} from '../../../model/config/painter.ts';
import { published } from '../../../model/config/published.table.ts';
import { fail } from '../../../model/failure.ts';
import { type BuiltGraph, exactOptions } from '../../../model/onnx/graph.ts';
import type { StoredTensor } from '../../../model/onnx/stored.ts';
import { adapter } from '../../../model/pieces/adapter.ts';
import { autoencoderDecode, autoencoderEncode } from '../../../model/pieces/autoencoder.ts';
import { type FluxGraphName, fluxGraph } from '../../../model/pieces/flux-graphs.ts';
import { merger } from '../../../model/pieces/merger.ts';
import type { Program, ReadStored, Runtime } from '../../../workers/gpu/runtime.ts';
import type { PainterPiece, PainterSizes, PainterSource } from '../../../workers/painter/source.ts';
import type { Decoder } from '../../../workers/protocol.ts';
import type { GoldenCase } from '../component.ts';
import { float32Input, memberOf } from '../language/inputs.ts';

/** Which parts of the painter a case's config gives the sizes of. */
export type PainterPart = 'adapter' | 'merger' | 'dit' | 'vae';

/** The painter's pieces, built from a case's own float32 weights by the builders of nano and the full model. */
export class BuiltPainter implements PainterSource {
  readonly sizes: PainterSizes;
  readonly preview = null;
  readonly #runtime: Runtime;
  readonly #read: ReadStored;
  readonly #golden: GoldenCase;
  readonly #programs = new Map<PainterPiece | FluxGraphName, Promise<Program>>();

  /** `only`: the whole config is that part's; else the parts are its keys. */
  constructor(golden: GoldenCase, runtime: Runtime, only: PainterPart | null = null) {
    this.#golden = golden;
    this.#runtime = runtime;
    this.#read = golden.weights;
    this.sizes = sizesOf(only ? { [only]: golden.config } : golden.config);
  }

  async using<Result>(name: PainterPiece, run: (program: Program) => Promise<Result>): Promise<Result> {
    return run(await this.program(name));
  }

  program(name: PainterPiece | FluxGraphName): Promise<Program> {
    const known = this.#programs.get(name);
    if (known) return known;
    const built = this.#runtime.build(this.#graph(name), this.#read);
    this.#programs.set(name, built);
    return built;
  }

  fluxWeights(name: FluxGraphName): readonly StoredTensor[] {
    return fluxGraph(name, this.sizes.dit, exactOptions).weights.flatMap(({ stored }) => stored);
  }

  modulationTable(): null {
    return null;
  }

  readFlux(_decoder: Decoder, storedName: string): Promise<Uint8Array> {
    return this.#read(storedName);
  }

  async pooled(): Promise<Float32Array> {
    return float32Input(this.#golden, 'pooled');
  }

  async negative(): Promise<NegativeText> {
    return {
      context: float32Input(this.#golden, 'negative_context'),
      pooled: float32Input(this.#golden, 'negative_pooled'),
    };
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await (await program).release();
    this.#programs.clear();
  }

  #graph(name: PainterPiece | FluxGraphName): BuiltGraph {
    switch (name) {
      case 'generation_adapter':
        return adapter(this.sizes.adapter ?? missing('adapter'), exactOptions);
      case 'editing_merger':
        return merger(this.sizes.merger ?? missing('merger'), exactOptions);
      case 'autoencoder_decode':
        return autoencoderDecode(this.sizes.vae, exactOptions);
      case 'autoencoder_encode':
        return autoencoderEncode(this.sizes.vae, exactOptions);
      default:
        return fluxGraph(name, this.sizes.dit, exactOptions);
    }
  }
}

/** Parts that a case does not have are only missed when they are asked for. */
function sizesOf(config: unknown): PainterSizes {
  const part = <Size>(key: PainterPart, read: (json: unknown) => Size): Size | null => {
    const json = memberOf(config, key);
    return json === undefined ? null : read(json);
  };
  const dit = part('dit', readFluxConfig);
  const vae = part('vae', readAutoencoderConfig);
  return {
    adapter: part('adapter', readAdapterConfig),
    merger: part('merger', readMergerConfig),
    get dit() {
      return dit ?? missing('dit');
    },
    get vae() {
      return vae ?? missing('vae');
    },
    schedule: published.schedule,
  };
}

function missing(key: string): never {
  return fail('CONFIG_INVALID', { key, expected: 'a value', actual: 'undefined' });
}
