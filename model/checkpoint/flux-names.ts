import { fail } from '../failure.ts';
import { decodeWeights } from './decode.ts';
import { rowCount, type StoredValues, type TensorInfo, type TensorSource } from './tensors.ts';

/** Original FLUX names on the left, the decoder files' on the right; `N` is a block's number. Longest parts first. */
const names: readonly (readonly [flux: string, decoder: string])[] = [
  ['img_in', 'x_embedder'],
  ['txt_in', 'context_embedder'],
  ['time_in.in_layer', 'time_embedder.timestep_embedder.0'],
  ['time_in.out_layer', 'time_embedder.timestep_embedder.2'],
  ['guidance_in.in_layer', 'guidance_embedder.timestep_embedder.0'],
  ['guidance_in.out_layer', 'guidance_embedder.timestep_embedder.2'],
  ['vector_in.in_layer', 'pooled_text_embedder.0'],
  ['vector_in.out_layer', 'pooled_text_embedder.2'],
  ['double_blocks.N.img_mod.lin', 'blocks.N.norm1_a.linear'],
  ['double_blocks.N.txt_mod.lin', 'blocks.N.norm1_b.linear'],
  ['double_blocks.N.img_attn.qkv', 'blocks.N.attn.a_to_qkv'],
  ['double_blocks.N.txt_attn.qkv', 'blocks.N.attn.b_to_qkv'],
  ['double_blocks.N.img_attn.proj', 'blocks.N.attn.a_to_out'],
  ['double_blocks.N.txt_attn.proj', 'blocks.N.attn.b_to_out'],
  ['double_blocks.N.img_attn.norm.query_norm.scale', 'blocks.N.attn.norm_q_a.weight'],
  ['double_blocks.N.img_attn.norm.key_norm.scale', 'blocks.N.attn.norm_k_a.weight'],
  ['double_blocks.N.txt_attn.norm.query_norm.scale', 'blocks.N.attn.norm_q_b.weight'],
  ['double_blocks.N.txt_attn.norm.key_norm.scale', 'blocks.N.attn.norm_k_b.weight'],
  ['double_blocks.N.img_mlp.0', 'blocks.N.ff_a.0'],
  ['double_blocks.N.img_mlp.2', 'blocks.N.ff_a.2'],
  ['double_blocks.N.txt_mlp.0', 'blocks.N.ff_b.0'],
  ['double_blocks.N.txt_mlp.2', 'blocks.N.ff_b.2'],
  ['single_blocks.N.modulation.lin', 'single_blocks.N.norm.linear'],
  ['single_blocks.N.linear1', 'single_blocks.N.to_qkv_mlp'],
  ['single_blocks.N.linear2', 'single_blocks.N.proj_out'],
  ['single_blocks.N.norm.query_norm.scale', 'single_blocks.N.norm_q_a.weight'],
  ['single_blocks.N.norm.key_norm.scale', 'single_blocks.N.norm_k_a.weight'],
  ['final_layer.adaLN_modulation.1', 'final_norm_out.linear'],
  ['final_layer.linear', 'final_proj_out'],
];

const decoderNames = new Map(names);
const shiftThenScale = 'final_norm_out.linear.';

/** The decoder files' name of an original FLUX tensor, without `pipe.dit.`; undefined where it is none of FLUX's. */
export function decoderName(fluxName: string): string | undefined {
  const [, number] = /^(?:double|single)_blocks\.(\d+)\./.exec(fluxName) ?? [];
  const pattern = number === undefined ? fluxName : fluxName.replace(`_blocks.${number}.`, '_blocks.N.');
  const [, stem = '', ending = ''] = /^(.*?)(\.weight|\.bias)?$/.exec(pattern) ?? [];
  const mapped = decoderNames.get(stem);
  return mapped === undefined ? undefined : (mapped + ending).replace('.N.', `.${number}.`);
}

/**
 * An original FLUX checkpoint under the names of the decoder files. The final modulation's rows are exchanged: FLUX
 * stores shift, then scale; the decoders store scale, then shift.
 */
export function withDecoderNames(source: TensorSource, prefix = 'pipe.dit.'): TensorSource {
  const originals = new Map<string, TensorInfo>();
  for (const info of source.list()) {
    const name = decoderName(info.name);
    if (name !== undefined) originals.set(prefix + name, info);
  }
  const original = (name: string) => originals.get(name) ?? fail('TENSOR_MISSING', { file: source.name, tensor: name });
  const renamed = (name: string, info: TensorInfo): TensorInfo => ({ ...info, name });

  async function readStored(name: string, firstRow: number, rows: number): Promise<StoredValues> {
    const info = original(name);
    const read = (first: number, count: number) => source.readStored(info.name, first, count);
    if (!name.startsWith(prefix + shiftThenScale)) return read(firstRow, rows);
    const half = rowCount(info.shape) / 2;
    const ofScale = Math.max(0, Math.min(rows, half - firstRow));
    if (ofScale === rows) return read(firstRow + half, rows);
    if (ofScale === 0) return read(firstRow - half, rows);
    const [scale, shift] = [await read(firstRow + half, ofScale), await read(0, rows - ofScale)];
    return { type: scale.type, bytes: joined(scale.bytes, shift.bytes) };
  }

  async function readRows(name: string, firstRow: number, rows: number): Promise<Float32Array> {
    const { type, bytes } = await readStored(name, firstRow, rows);
    return decodeWeights(type, bytes);
  }

  return {
    name: source.name,
    list: () => [...originals].map(([name, info]) => renamed(name, info)),
    find: (name) => {
      const info = originals.get(name);
      return info === undefined ? undefined : renamed(name, info);
    },
    read: async (name) => readRows(name, 0, rowCount(original(name).shape)),
    readRows,
    readStored,
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
