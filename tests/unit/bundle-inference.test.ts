/** Conversion, then inference: bundles answer as the checkpoint they were made of. */
import { afterAll, expect, test } from 'vitest';
import { openFolder } from '../../cli/files.ts';
import { ort } from '../../cli/ort.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { dequantiseRows, quantiseRows } from '../../model/bundle/quantise.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { fromFloat16 } from '../../model/checkpoint/decode.ts';
import { Graph } from '../../model/onnx/graph.ts';
import { linear } from '../../model/onnx/weighted.ts';
import { measure } from '../../tools/parity/compare.ts';
import type { Component, ComponentResult } from '../../tools/parity/component.ts';
import { judgeCase } from '../../tools/parity/judge.ts';
import { BuiltWeights } from '../../tools/parity/language/built-weights.ts';
import { answerCheckpoint } from '../../tools/parity/language/checkpoint.ts';
import { graphRunner } from '../../workers/gpu/graph-runner.ts';
import { hostTensor } from '../../workers/gpu/runtime.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openBundleLanguage } from '../../workers/language/bundle-language.ts';
import { openTokenizer } from '../../workers/language/words-tokenizer.ts';
import { goldenCase } from '../helpers/golden.ts';
import { hashing, MemorySink } from '../helpers/memory-sink.ts';
import { quantiser } from '../helpers/quantiser.ts';
import { restored } from '../helpers/restored.ts';

const runtime = new WasmRuntime(ort);
afterAll(() => runtime.close());

async function bundleOf(folder: string, precision: 'q4' | 'q8' | 'f16'): Promise<Bundle> {
  const sink = new MemorySink();
  const plan = await planConversion([openFolder(folder)], precision);
  await convert(plan, sink, {
    ...hashing,
    runner: graphRunner(runtime),
    openTokenizer,
    quantiser,
    progress: () => undefined,
  });
  return Bundle.open(sink.folder);
}

const folder = goldenCase('checkpoint-qwen-tiny');

function judged(answer: Component) {
  return judgeCase('checkpoint-qwen-tiny', openFolder(folder), runtime, () => answer);
}

/** Answers by the bundle's own graphs. */
function byGraphs(bundle: Bundle): Component {
  return async (golden) => {
    const weights = openBundleLanguage(runtime, bundle, new Set());
    try {
      const { config } = bundle;
      return await answerCheckpoint(golden, runtime, { transformer: config, vision: config.vision_config, weights });
    } finally {
      await weights.close();
    }
  };
}

/** Answers by float32 graphs over the values that the bundle's weights stand for. */
function byValues(bundle: Bundle): Component {
  return async (golden) => {
    const { config } = bundle;
    const read = async (name: string) => {
      const shard = bundle.manifest.shards.find(({ tensors }) => tensors.some((tensor) => owner(tensor.name) === name));
      return new Uint8Array((await restored(bundle, shard?.part ?? '', name)).buffer);
    };
    const weights = new BuiltWeights(runtime, read, { transformer: config, vision: config.vision_config });
    try {
      return await answerCheckpoint(golden, runtime, { transformer: config, vision: config.vision_config, weights });
    } finally {
      await weights.release();
    }
  };
}

/** The weight that a stored tensor belongs to. */
function owner(stored: string): string {
  return stored.replace(/\.(q4|q8|scales|zeros)$/, '');
}

test('an f16 bundle answers the golden checkpoint case within its tolerances', async () => {
  const rows = await judged(byGraphs(await bundleOf(`${folder}/checkpoint`, 'f16')));
  expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  expect(rows.map(({ output }) => output)).toContain('drawn_embeds');
});

test.each(['q8', 'q4'] as const)('a %s bundle answers as the values it stores', async (precision) => {
  const bundle = await bundleOf(`${folder}/checkpoint`, precision);
  const answers: ComponentResult[] = [];
  for (const answer of [byGraphs(bundle), byValues(bundle)]) {
    await judged(async (golden, device) => {
      const result = await answer(golden, device);
      answers.push(result);
      return result;
    });
  }
  const [graphs, values] = answers;
  for (const output of ['image_embeds', 'logits', 'drawn_embeds']) {
    const [found, expected] = [graphs?.outputs.get(output), values?.outputs.get(output)];
    if (found === undefined || expected === undefined) throw new Error(`no ${output}`);
    const { maxAbs, cosine } = measure(found.data, expected.data);
    expect(cosine, output).toBeGreaterThan(0.99999);
    expect(maxAbs, output).toBeLessThan(2e-3);
  }
});

test.each([4, 8] as const)('MatMulNBits reads our %d-bit blocks as we write them', async (bits) => {
  const [rows, inputs] = [24, 96];
  const values = Float32Array.from({ length: rows * inputs }, (_, index) => Math.sin(index * 1.7) * (1 + (index % 7)));
  const quantised = quantiseRows(values, rows, inputs, bits, 'w');
  const graph = new Graph('product', {
    activations: 'float32',
    precision: () => (bits === 4 ? 'q4' : 'q8'),
    weights: 'file',
  });
  const x = graph.input('x', 'float32', ['n', inputs]);
  graph.output('y', linear(x, 'w', rows, { bias: false }));
  const parts: Record<string, Uint8Array> = {
    [`w.weight.q${bits}`]: quantised.packed,
    'w.weight.scales': new Uint8Array(quantised.scales.buffer),
    'w.weight.zeros': quantised.zeros,
  };
  const program = await runtime.build(graph.build(), async (name) => parts[name] ?? new Uint8Array(0));
  const input = Float32Array.from({ length: 2 * inputs }, (_, index) => Math.cos(index));
  const { y } = await program.run({ x: hostTensor('float32', [2, inputs], input) }, { y: 'host' });
  await program.release();
  const weights = dequantiseRows(quantised, rows, inputs, bits);
  const result = y?.place === 'host' ? y.data : [];
  for (let row = 0; row < 2; row += 1) {
    for (let column = 0; column < rows; column += 1) {
      const expected = input
        .subarray(row * inputs, (row + 1) * inputs)
        .reduce((sum, value, index) => sum + value * (weights[column * inputs + index] ?? 0), 0);
      expect(Number(result[row * rows + column])).toBeCloseTo(expected, 3);
    }
  }
  expect(fromFloat16(quantised.scales).every((scale) => scale > 0)).toBe(true);
});
