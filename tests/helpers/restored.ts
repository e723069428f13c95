import { type Bits, dequantiseRows } from '../../model/bundle/quantise.ts';
import type { Bundle } from '../../model/bundle/reader.ts';
import { fromFloat16 } from '../../model/checkpoint/decode.ts';

/** The values that a stored weight stands for. */
export async function restored(bundle: Bundle, part: string, name: string): Promise<Float32Array> {
  const tensors = bundle.manifest.shards.filter((shard) => shard.part === part).flatMap((shard) => shard.tensors);
  const plain = tensors.find((tensor) => tensor.name === name);
  const read = async (suffix: string) => bundle.read(bundle.tensor(part, name + suffix));
  const floats = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer);
  const halves = (bytes: Uint8Array) => new Uint16Array(bytes.slice().buffer);
  if (plain?.type === 'float32') return floats(await read(''));
  if (plain?.type === 'float16') return fromFloat16(halves(await read('')));
  const bits: Bits = tensors.some((tensor) => tensor.name === `${name}.q4`) ? 4 : 8;
  const [rows = 0, blocks = 0] = bundle.tensor(part, `${name}.scales`).shape;
  const packed = await read(`.q${bits}`);
  return dequantiseRows(
    { packed, scales: halves(await read('.scales')), zeros: await read('.zeros') },
    rows,
    blocks * 32,
    bits,
  );
}
