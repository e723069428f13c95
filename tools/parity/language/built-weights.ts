import type { TransformerConfig } from '../../../model/config/transformer.ts';
import type { VisionConfig } from '../../../model/config/vision.ts';
import { fail } from '../../../model/failure.ts';
import { type BuiltGraph, exactOptions, withProbes } from '../../../model/onnx/graph.ts';
import { tableNames, textProjector, visionProjector } from '../../../model/pieces/projectors.ts';
import { allLayers, isSegment, type LayerRange, transformerSegment } from '../../../model/pieces/transformer.ts';
import { visionEncoder } from '../../../model/pieces/vision-encoder.ts';
import type { HostTensor, OutputPlace, Program, ReadStored, Runtime } from '../../../workers/gpu/runtime.ts';
import type { LanguagePiece, LanguageWeights } from '../../../workers/language/model.ts';

export interface LanguageSizes {
  readonly transformer?: TransformerConfig;
  readonly vision?: VisionConfig;
}

/** The language side's pieces, built from a checkpoint's own float32 numbers by the builders of nano and the full model. */
export class BuiltWeights implements LanguageWeights {
  /** What the probes of the pieces answered when they last ran. */
  readonly probes = new Map<string, HostTensor>();
  readonly #runtime: Runtime;
  readonly #read: ReadStored;
  readonly #sizes: LanguageSizes;
  readonly #programs = new Map<LanguagePiece, Promise<Program>>();
  readonly #tables = new Map<string, Promise<Float32Array>>();

  constructor(runtime: Runtime, read: ReadStored, sizes: LanguageSizes) {
    this.#runtime = runtime;
    this.#read = read;
    this.#sizes = sizes;
  }

  get segments(): readonly LayerRange[] {
    return [allLayers(this.#transformer())];
  }

  async using<Result>(piece: LanguagePiece, run: (program: Program) => Promise<Result>): Promise<Result> {
    const built = this.#programs.get(piece) ?? this.#build(this.#graph(piece));
    this.#programs.set(piece, built);
    return run(await built);
  }

  async tokenRows(ids: ArrayLike<number>): Promise<Float32Array> {
    const table = await this.#table(tableNames.tokens);
    const size = this.#transformer().hidden_size;
    const rows = new Float32Array(ids.length * size);
    Array.from(ids).forEach((id, row) => {
      rows.set(table.subarray(id * size, (id + 1) * size), row * size);
    });
    return rows;
  }

  prefillRows(): Promise<Float32Array> {
    return this.#table(tableNames.prefill);
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await (await program).release();
    this.#programs.clear();
  }

  #graph(piece: LanguagePiece): BuiltGraph {
    if (isSegment(piece)) return transformerSegment(this.#transformer(), allLayers(this.#transformer()), exactOptions);
    switch (piece) {
      case 'text_projector':
        return textProjector(this.#transformer(), exactOptions);
      case 'vision_projector':
        return visionProjector(this.#transformer(), exactOptions);
      case 'vision_encoder':
        return visionEncoder(this.#sizes.vision ?? missing('vision_config'), exactOptions);
    }
  }

  #transformer(): TransformerConfig {
    return this.#sizes.transformer ?? missing('hidden_size');
  }

  /** Every run answers the probes too. */
  async #build(graph: BuiltGraph): Promise<Program> {
    const program = await this.#runtime.build(withProbes(graph), this.#read);
    const names = [...graph.probes.keys()];
    const probed = Object.fromEntries(names.map((name): [string, OutputPlace] => [name, 'host']));
    return {
      run: async (feeds, places) => {
        const results = await program.run(feeds, { ...places, ...probed });
        for (const name of names) {
          const value = results[name];
          if (value?.place === 'host') this.probes.set(name, value);
        }
        return results;
      },
      release: () => program.release(),
    };
  }

  #table(name: string): Promise<Float32Array> {
    const known = this.#tables.get(name);
    if (known) return known;
    const table = this.#read(name).then((bytes) => new Float32Array(bytes.slice().buffer));
    this.#tables.set(name, table);
    return table;
  }
}

function missing(key: string): never {
  return fail('CONFIG_INVALID', { key, expected: 'a value', actual: 'undefined' });
}
