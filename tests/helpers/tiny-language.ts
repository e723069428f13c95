import { ort } from '../../cli/ort.ts';
import { readTransformerConfig, type TransformerConfig } from '../../model/config/transformer.ts';
import { exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import { type StoredTensor, storedBytes } from '../../model/onnx/stored.ts';
import { textProjector, visionProjector } from '../../model/pieces/projectors.ts';
import { allLayers, isSegment, transformerSegment } from '../../model/pieces/transformer.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { LanguageModel, type LanguagePiece, type LanguageWeights } from '../../workers/language/model.ts';

export interface TinySizes {
  readonly headWidth: number;
  readonly heads: number;
  readonly keyValueHeads: number;
}

export function tinyConfig({ headWidth, heads, keyValueHeads }: TinySizes): TransformerConfig {
  const pairs = headWidth / 2;
  return readTransformerConfig({
    hidden_size: heads * headWidth,
    num_hidden_layers: 2,
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads,
    intermediate_size: 64,
    vocab_size: 32,
    rope_scaling: { mrope_section: [pairs - 2, 1, 1] },
    bos_token_id: 0,
    eos_token_id: 1,
    vision_start_token_id: 2,
    vision_end_token_id: 3,
    image_token_id: 4,
  });
}

/** The same numbers for the same name, of a size that keeps activations near 1. */
export function numbersFor(name: string, count: number): Float32Array {
  let state = [...name].reduce((sum, letter) => (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) | 0, 7);
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 33;
  });
}

async function readStored(tensor: StoredTensor): Promise<Uint8Array> {
  const bytes = storedBytes(tensor);
  if (tensor.type === 'float32') return new Uint8Array(numbersFor(tensor.name, bytes / 4).buffer);
  const halves = numbersFor(tensor.name, bytes / 2);
  return new Uint8Array(Uint16Array.from(halves, float16Bits).buffer);
}

/** Bits of a number far below float16's limit, rounded toward zero. */
export function float16Bits(value: number): number {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? 0x8000 : 0;
  if (magnitude < 2 ** -14) return sign | Math.floor(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  return sign | ((exponent + 15) << 10) | Math.floor((magnitude / 2 ** exponent - 1) * 1024);
}

/** A transformer of seeded weights on the wasm provider. */
export function tinyLanguageModel(sizes: TinySizes, slots: number, options: GraphOptions = exactOptions) {
  const config = tinyConfig(sizes);
  const runtime = new WasmRuntime(ort);
  const build = (piece: LanguagePiece) => {
    const projectors = { text_projector: textProjector, vision_projector: visionProjector };
    if (piece === 'vision_encoder') throw new Error('no vision encoder here');
    const graph = isSegment(piece)
      ? transformerSegment(config, allLayers(config), options)
      : projectors[piece](config, options);
    const stored = new Map(graph.weights.flatMap((weight) => weight.stored.map((tensor) => [tensor.name, tensor])));
    return runtime.build(graph, async (name) => {
      const tensor = stored.get(name);
      if (!tensor) throw new Error(`no tensor ${name}`);
      return readStored(tensor);
    });
  };
  const programs = new Map<LanguagePiece, ReturnType<typeof build>>();
  const weights: LanguageWeights = {
    segments: [allLayers(config)],
    async using(piece, run) {
      const program = programs.get(piece) ?? build(piece);
      programs.set(piece, program);
      return run(await program);
    },
    async tokenRows(ids) {
      const rows = Array.from(ids, (id) => numbersFor(`row ${id}`, config.hidden_size));
      return Float32Array.from(rows.flatMap((row) => [...row]));
    },
    prefillRows: async () => numbersFor('prefill', 81 * config.hidden_size),
  };
  return { model: new LanguageModel(runtime, weights, config, slots), runtime, config };
}
