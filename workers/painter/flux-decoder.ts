/** FLUX on the runtime: latent tokens in, velocity out. What flows between its blocks is said in model/pieces/flux.ts. */
import type { DrawnSchedule } from '../../model/bundle/reader.ts';
import type { FluxConfig } from '../../model/config/painter.ts';
import { fail } from '../../model/failure.ts';
import {
  type FluxLayer,
  type FluxLayers,
  type FluxRotary,
  type FluxRunner,
  fluxLayers,
  fluxPictureLayers,
  fluxText,
  fluxVelocity,
  type RunFluxLayer,
} from '../../model/pieces/flux.ts';
import { axesRotary, type RotaryTable } from '../../model/tables/rotary.ts';
import { mapTuple } from '../../model/tuple.ts';
import { type DeviceTensor, hostTensor, type OutputPlace, type Runtime, type Tensor } from '../gpu/runtime.ts';
import type { Decoder } from '../protocol.ts';
import { FluxWeights, type Placement, type WeightLender } from './flux-weights.ts';
import {
  computeModulation,
  type Modulation,
  ModulationCache,
  type ModulationKey,
  storedModulation,
} from './modulation.ts';
import type { Pace } from './pace.ts';
import type { FluxSource } from './source.ts';
import { TensorScope } from './tensor-scope.ts';
import { float32Of, onDevice, rowsTensor } from './tensors.ts';

const owner = 'drawing';

/** Cosines and sines [1, tokens, headDim / 2] on the device. */
type DeviceRotary = FluxRotary<DeviceTensor>;

/** What one branch of guidance keeps through all steps of a picture. */
export interface Branch {
  /** Embedded conditioning tokens [text_tokens, hidden]. */
  readonly text: DeviceTensor;
  readonly rotary: { readonly text: DeviceRotary; readonly image: DeviceRotary; readonly joined: DeviceRotary };
  readonly modulation: Modulation;
}

export interface BranchRequest {
  /** Conditioning tokens [n, context]. */
  readonly context: Float32Array;
  /** Position ids [n, 3] of the conditioning tokens and of the image tokens. */
  readonly textIds: Float32Array;
  readonly imageIds: Float32Array;
}

export class FluxDecoder {
  readonly config: FluxConfig;
  readonly #runtime: Runtime;
  readonly #source: FluxSource;
  readonly #decoder: Decoder;
  readonly #weights: FluxWeights;
  readonly #layers: FluxLayers;
  /** In the order in which a step runs them. */
  readonly #pictureLayers: readonly FluxLayer[];
  readonly #tables = new ModulationCache();

  constructor(runtime: Runtime, source: FluxSource, decoder: Decoder, placement: Placement) {
    this.#runtime = runtime;
    this.#source = source;
    this.#decoder = decoder;
    this.config = source.sizes.dit;
    this.#weights = new FluxWeights(runtime, source, decoder, placement);
    this.#layers = fluxLayers(this.config);
    this.#pictureLayers = fluxPictureLayers(this.config);
  }

  /**
   * The modulation of all layers and steps from the bundle's table, for every branch of a picture; null where there is none. It is
   * taken whether or not the bundle has the layers, so that installing those changes no picture.
   *
   * @throws SCHEDULE_UNAVAILABLE where it cannot be computed either
   */
  storedModulation(schedule: DrawnSchedule): Modulation | null {
    const read = this.#source.modulationTable(this.#decoder, schedule);
    return read && storedModulation(this.config, read);
  }

  /** The same, computed with the decoder's own layers; the last two are kept. */
  async modulation(key: ModulationKey, pace: Pace): Promise<Modulation> {
    return this.#tables.of(key, () => computeModulation(this.#source, this.#weights, key, pace));
  }

  /** Uploads what a branch needs for all its steps; `end` frees it. */
  async begin(request: BranchRequest, modulation: Modulation): Promise<Branch> {
    const { textIds, imageIds, context } = request;
    const joinedIds = new Float32Array(textIds.length + imageIds.length);
    joinedIds.set(textIds);
    joinedIds.set(imageIds, textIds.length);
    const scope = new TensorScope(this.#runtime);
    try {
      const text = await this.#weights.inOrder([this.#layers.embedContext], (lender) =>
        fluxText(this.#layers, this.#runWith(lender), rowsTensor(context, this.config.context)),
      );
      scope.keep(text);
      const rotary = {
        text: this.#rotary(textIds, scope),
        image: this.#rotary(imageIds, scope),
        joined: this.#rotary(joinedIds, scope),
      };
      return { text: onDevice(text), rotary, modulation };
    } catch (error) {
      scope.freeAll();
      throw error;
    }
  }

  end({ text, rotary }: Branch): void {
    this.#runtime.free(text);
    for (const { cosines, sines } of Object.values(rotary)) {
      this.#runtime.free(cosines);
      this.#runtime.free(sines);
    }
  }

  /** The velocity of latent tokens [n, inFeatures] at a step, in the same layout. Throws STOPPED between two layers. */
  async velocity(branch: Branch, step: number, latentTokens: Float32Array, pace: Pace): Promise<Float32Array> {
    const { text, rotary } = branch;
    const [textTokens = 0] = text.shape;
    const { inFeatures } = this.config;
    const inputs = {
      latentTokens: rowsTensor(latentTokens, inFeatures),
      text,
      rotary,
      modulation: await branch.modulation.at(step),
    };
    const scope = new TensorScope(this.#runtime);
    try {
      const tensor = await this.#weights.inOrder(this.#pictureLayers, (lender) => {
        const imageRows = { first: textTokens, count: latentTokens.length / inFeatures };
        return fluxVelocity(this.#layers, this.#runner(lender, scope, imageRows, pace), inputs);
      });
      return float32Of(tensor);
    } finally {
      scope.freeAll();
    }
  }

  /** What a layer read is freed behind it, and everything that is left with the scope. */
  #runner(
    lender: WeightLender,
    scope: TensorScope,
    { first, count }: { readonly first: number; readonly count: number },
    pace: Pace,
  ): FluxRunner<Tensor> {
    const run = this.#runWith(lender);
    return {
      run: async (layer, inputs, results) => {
        await pace.next();
        const tensors = await run(layer, inputs, results);
        for (const tensor of tensors) scope.keep(tensor);
        scope.free(Object.values(inputs));
        return tensors;
      },
      imageRows: async (joined) => {
        await pace.next();
        const rows = scope.keep(await this.#runtime.rows(owner, onDevice(joined), first, count));
        scope.free([joined]);
        return rows;
      },
    };
  }

  async close(): Promise<void> {
    await this.#weights.close();
  }

  /** Runs a layer with its weights. Its results stay on the device, but for the velocity, which goes on on the host. */
  #runWith(lender: WeightLender): RunFluxLayer<Tensor> {
    return async (layer, inputs, results) => {
      const program = await this.#source.program(layer.graph);
      const place: OutputPlace = layer === this.#layers.final.block ? 'host' : { newFor: owner };
      const places = Object.fromEntries(results.map((name) => [name, place]));
      const outputs = await lender.using(layer, (weights) => program.run({ ...inputs, ...weights }, places));
      return mapTuple(
        results,
        (name) => outputs[name] ?? fail('UNEXPECTED', { message: `${layer.graph} lacks ${name}` }),
      );
    };
  }

  #rotary(ids: Float32Array, scope: TensorScope): DeviceRotary {
    const { axes, theta, headDim } = this.config;
    const { cosines, sines }: RotaryTable = axesRotary(ids, axes, theta);
    const shape = [1, ids.length / 3, headDim / 2];
    const upload = (values: Float32Array) =>
      scope.keep(this.#runtime.upload(owner, hostTensor('float32', shape, values)));
    return { cosines: upload(cosines), sines: upload(sines) };
  }
}
