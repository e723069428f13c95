/** FLUX on the runtime: latent tokens in, velocity out, block by block. */
import type { FluxConfig } from '../../model/config.ts';
import { type RotaryTable, rotaryTable } from '../../model/diffusion/rotary.ts';
import { type FluxLayer, type FluxLayers, fluxLayers } from '../../model/pieces/flux.ts';
import { type DeviceTensor, hostTensor, type Runtime, type Tensor } from '../gpu/runtime.ts';
import type { Decoder } from '../protocol.ts';
import { FluxWeights, type Placement } from './flux-weights.ts';
import { computeModulation, ModulationCache, type ModulationKey, type ModulationTable } from './modulation.ts';
import type { Pace } from './pace.ts';
import type { FluxSource } from './source.ts';
import { float32Of, onDevice, rowsTensor } from './tensors.ts';

const owner = 'drawing';

/** Cosines and sines [1, tokens, headDim / 2] on the device. */
interface DeviceRotary {
  readonly cosines: DeviceTensor;
  readonly sines: DeviceTensor;
}

/** What one branch of guidance keeps through all steps of a picture. */
export interface Branch {
  /** Embedded conditioning tokens [text_tokens, hidden]. */
  readonly text: DeviceTensor;
  readonly rotary: { readonly text: DeviceRotary; readonly image: DeviceRotary; readonly joined: DeviceRotary };
  readonly modulation: ModulationTable;
}

export interface BranchOrder {
  /** Conditioning tokens [n, context]. */
  readonly context: Float32Array;
  /** Position ids [n, 3] of the conditioning tokens and of the image tokens. */
  readonly textIds: Float32Array;
  readonly imageIds: Float32Array;
}

/** Device tensors of one evaluation; what is still held at its end, also after a failure, is freed. */
class Held {
  readonly #runtime: Runtime;
  readonly #tensors = new Set<DeviceTensor>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  keep(tensor: Tensor | undefined): DeviceTensor {
    const kept = onDevice(tensor);
    this.#tensors.add(kept);
    return kept;
  }

  free(...tensors: readonly DeviceTensor[]): void {
    for (const tensor of tensors) if (this.#tensors.delete(tensor)) this.#runtime.free(tensor);
  }

  freeAll(): void {
    this.free(...this.#tensors);
  }
}

export class FluxDecoder {
  readonly config: FluxConfig;
  readonly #runtime: Runtime;
  readonly #source: FluxSource;
  readonly #weights: FluxWeights;
  readonly #layers: FluxLayers;
  readonly #tables = new ModulationCache();

  constructor(runtime: Runtime, source: FluxSource, decoder: Decoder, placement: Placement) {
    this.#runtime = runtime;
    this.#source = source;
    this.config = source.sizes.dit;
    this.#weights = new FluxWeights(runtime, source, decoder, placement);
    this.#layers = fluxLayers(this.config);
  }

  /** The modulation of all layers and steps; the last two are kept. */
  modulation(key: ModulationKey, pace: Pace): Promise<ModulationTable> {
    return this.#tables.of(key, () => computeModulation(this.#source, this.#weights, key, pace));
  }

  /** Uploads what a branch needs for all its steps; `end` frees it. */
  async begin(order: BranchOrder, modulation: ModulationTable): Promise<Branch> {
    const { textIds, imageIds, context } = order;
    const joinedIds = new Float32Array(textIds.length + imageIds.length);
    joinedIds.set(textIds);
    joinedIds.set(imageIds, textIds.length);
    const feeds = { context: rowsTensor(context, this.config.context) };
    const { text } = await this.#run(this.#layers.embedContext, feeds, ['text']);
    const rotary = {
      text: this.#rotary(textIds),
      image: this.#rotary(imageIds),
      joined: this.#rotary(joinedIds),
    };
    return { text: onDevice(text), rotary, modulation };
  }

  end({ text, rotary }: Branch): void {
    this.#runtime.free(text);
    for (const { cosines, sines } of Object.values(rotary)) {
      this.#runtime.free(cosines);
      this.#runtime.free(sines);
    }
  }

  /** The velocity of latent tokens [n, inFeatures] at a step, in the same layout. Throws STOPPED between two blocks. */
  async velocity(branch: Branch, step: number, latentTokens: Float32Array, pace: Pace): Promise<Float32Array> {
    const held = new Held(this.#runtime);
    try {
      const image = await this.#blocks(branch, step, latentTokens, pace, held);
      const feeds = { image, modulation: branch.modulation.at(this.#layers.modulation.final, step) };
      const program = await this.#source.program('flux_final');
      const outputs = await this.#weights.using(this.#layers.final, (weights) =>
        program.run({ ...feeds, ...weights }, { velocity_tokens: 'host' }),
      );
      return float32Of(outputs.velocity_tokens);
    } finally {
      held.freeAll();
    }
  }

  async close(): Promise<void> {
    await this.#weights.close();
  }

  /** The image stream [image_tokens, hidden] after the last block. */
  async #blocks(
    branch: Branch,
    step: number,
    latentTokens: Float32Array,
    pace: Pace,
    held: Held,
  ): Promise<DeviceTensor> {
    const layers = this.#layers;
    const { inFeatures } = this.config;
    const embedded = await this.#run(layers.embedLatents, { latent_tokens: rowsTensor(latentTokens, inFeatures) }, [
      'image',
    ]);
    let image = held.keep(embedded.image);
    let text = branch.text;
    for (const [index, layer] of layers.joint.entries()) {
      await pace.next();
      const out = await this.#run(layer, this.#jointFeeds(branch, step, index, image, text), ['image_out', 'text_out']);
      held.free(image, text);
      image = held.keep(out.image_out);
      text = held.keep(out.text_out);
    }
    const join = await this.#source.program('flux_join');
    let joined = held.keep((await join.run({ text, image }, { joined: { newFor: owner } })).joined);
    const [textTokens = 0] = text.shape;
    held.free(image, text);
    const { cosines, sines } = branch.rotary.joined;
    for (const [index, layer] of layers.single.entries()) {
      await pace.next();
      const rows = layers.modulation.single[index];
      if (!rows) throw new RangeError(`single block ${index} has no modulation`);
      const feeds = { joined, modulation: branch.modulation.at(rows, step), cosines, sines };
      const out = await this.#run(layer, feeds, ['joined_out']);
      held.free(joined);
      joined = held.keep(out.joined_out);
    }
    await pace.next();
    return held.keep(await this.#runtime.rows(owner, joined, textTokens, latentTokens.length / inFeatures));
  }

  #jointFeeds(
    { rotary, modulation }: Branch,
    step: number,
    index: number,
    image: DeviceTensor,
    text: DeviceTensor,
  ): Readonly<Record<string, Tensor>> {
    const rows = this.#layers.modulation.joint[index];
    if (!rows) throw new RangeError(`joint block ${index} has no modulation`);
    return {
      image,
      text,
      image_modulation: modulation.at(rows.image, step),
      text_modulation: modulation.at(rows.text, step),
      image_cosines: rotary.image.cosines,
      image_sines: rotary.image.sines,
      text_cosines: rotary.text.cosines,
      text_sines: rotary.text.sines,
    };
  }

  async #run(
    layer: FluxLayer,
    feeds: Readonly<Record<string, Tensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, Tensor>>> {
    const program = await this.#source.program(layer.graph);
    const places = Object.fromEntries(outputs.map((name) => [name, { newFor: owner }]));
    return this.#weights.using(layer, (weights) => program.run({ ...feeds, ...weights }, places));
  }

  #rotary(ids: Float32Array): DeviceRotary {
    const { axes, theta, headDim } = this.config;
    const { cosines, sines }: RotaryTable = rotaryTable(ids, axes, theta);
    const shape = [1, ids.length / 3, headDim / 2];
    const upload = (values: Float32Array) => this.#runtime.upload(owner, hostTensor('float32', shape, values));
    return { cosines: upload(cosines), sines: upload(sines) };
  }
}
