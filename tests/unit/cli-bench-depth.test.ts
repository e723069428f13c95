/** Where 8 bits would help, measured on pieces that are less deep. */
import { expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { published } from '../../model/config/published.table.ts';
import { benchDepth, narrowSizes } from '../../tools/bench/depth.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';

test('8 bits are never worse than 4, and cost what the published sizes say', async () => {
  const runtime = new WasmRuntime(ort);
  const sizes = {
    vision: { ...narrowSizes.vision, depth: 11, fullatt_block_indexes: [10] },
    transformer: { ...narrowSizes.transformer, num_hidden_layers: 11, intermediate_size: 256 },
    flux: { ...narrowSizes.flux, joint: 5, single: 6 },
  };
  const rows = await benchDepth(runtime, sizes, 1, () => undefined);
  await runtime.close();
  const value = (name: string) => Number(rows.find((row) => row.name === name)?.value);
  for (const piece of ['vision encoder', 'transformer', 'FLUX']) {
    const error = (choice: string) => value(`${piece}, 8 bits: ${choice}, relative error`);
    expect(error('none')).toBeGreaterThan(error('all matrices'));
    expect(error('none')).toBeGreaterThan(error('first ten blocks'));
    expect(error('all matrices')).toBeGreaterThan(0);
    expect(value(`${piece}, 8 bits: none, more`)).toBe(0);
  }
  // Half a byte a value, and half a zero point for each 32.
  const { hidden_size: hidden, intermediate_size: inner, num_hidden_layers: layers } = published.transformer;
  const down = (layers * hidden * inner * (0.5 + 0.5 / 32)) / 1e9;
  expect(value('transformer, 8 bits: down projections, more')).toBeCloseTo(down, 6);
}, 300_000);
