/** A device whose 16-bit graphs overflow: the work is begun again in 32 bits, once, and nothing black is ever shown. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { startInNode } from '../../cli/draw/node-workers.ts';
import { ort } from '../../cli/ort.ts';
import { failureOf } from '../../model/failure.ts';
import type { SessionEvent } from '../../session/model-session.ts';
import { forwarded, hostTensor, type Runtime, type Tensor } from '../../workers/gpu/runtime.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import type { OpenOptions } from '../../workers/protocol.ts';
import { askedTurn, eventsOfTurn, sourcesWith } from '../helpers/asked-turn.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';

/** Which graph gives a value that is no number, at which of its runs from 1 on, and with which activations. */
interface Fault {
  readonly graph: string;
  readonly run: number;
  readonly value: number;
  readonly activations: readonly Runtime['report']['activations'][];
}

let fault: Fault | null = null;
/** Whether the device has 16 bits. */
let hasHalves = true;
let opened: Runtime['report']['activations'][] = [];

/** The processor in the place of a graphics card with shader-f16: it computes the bundle's float16 graphs. */
function halfRuntime(asked: OpenOptions['activations']): Runtime {
  const inner = new WasmRuntime(ort);
  const activations = asked ?? (hasHalves ? 'float16' : 'float32');
  opened.push(activations);
  let runs = 0;
  const spoilt = (graph: string, outputs: Record<string, Tensor>): Record<string, Tensor> => {
    if (fault === null || fault.graph !== graph || !fault.activations.includes(activations)) return outputs;
    runs += 1;
    if (runs !== fault.run) return outputs;
    for (const tensor of Object.values(outputs)) {
      const values = new Float32Array(tensor.shape.reduce((product, size) => product * size, 1)).fill(fault.value);
      if (tensor.place === 'device') inner.write(tensor, hostTensor(tensor.type, tensor.shape, values));
      else tensor.data.fill(fault.value as never);
    }
    return outputs;
  };
  return {
    ...forwarded(inner),
    report: { ...inner.report, activations },
    async load(file) {
      const program = await inner.load(file);
      const run: typeof program.run = async (feeds, places) => spoilt(file.name, await program.run(feeds, places));
      return { run, release: () => program.release() };
    },
  };
}

vi.mock('../../workers/gpu/open-runtime.ts', () => ({
  openRuntime: async (_: unknown, __: unknown, choice: { readonly activations?: OpenOptions['activations'] } = {}) =>
    halfRuntime(choice.activations),
}));

const folder = mkdtempSync(join(tmpdir(), 'nexus-float16-'));
beforeAll(async () => writeDrawingBundle(await openSink(folder)));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  fault = null;
  hasHalves = true;
  opened = [];
});

/** A drawing from its words to its pixels, and what was told on the way. */
async function draw() {
  const { session, location } = startInNode(folder, 1);
  const told: SessionEvent[] = [];
  session.subscribe((event) => told.push(event));
  try {
    const context = { session, opened: await session.open(location), sources: sourcesWith({}) };
    const events = await eventsOfTurn(context, askedTurn('a boat'));
    const painted = events.find((event) => event.type === 'painted');
    if (painted?.type !== 'painted') throw new Error('nothing was painted');
    const ended = events.find((event) => event.type === 'ended');
    return {
      words: ended?.type === 'ended' ? ended.reply.text : '',
      pixels: painted.painting.data,
      begunAgain: events.filter(({ type }) => type === 'begun again').length,
      told,
    };
  } finally {
    await session.close();
  }
}

const everyGraph = ['float16', 'float32'] as const;

test('the processor computes float16 graphs, to a picture that differs from that of float32 ones by little', async () => {
  const half = await draw();
  expect(opened).toEqual(['float16', 'float16']);
  hasHalves = false;
  const whole = await draw();
  expect(half.words).toBe(whole.words);
  const apart = half.pixels.reduce((sum, value, at) => sum + Math.abs(value - (whole.pixels[at] ?? 0)), 0);
  expect(apart / half.pixels.length).toBeGreaterThan(0);
  expect(apart / half.pixels.length).toBeLessThan(3);
});

test.each<[string, string, number, number]>([
  ['in the velocity of the second step', 'flux_final', 2, Number.NaN],
  ['in the middle of a step, on the device', 'flux_single_block', 1, Number.NaN],
  ['as an infinity in a joint block', 'flux_joint_block', 2, Number.POSITIVE_INFINITY],
  ['in the autoencoder', 'autoencoder_decode', 1, Number.NEGATIVE_INFINITY],
])('a value that is no number %s: the picture is that of 32 bits from the start', async (_, graph, run, value) => {
  hasHalves = false;
  const expected = await draw();
  hasHalves = true;
  opened = [];
  fault = { graph, run, value, activations: ['float16'] };
  const { pixels, begunAgain, told } = await draw();
  expect(opened).toEqual(['float16', 'float16', 'float32']);
  expect(pixels).toEqual(expected.pixels);
  expect(begunAgain).toBe(1);
  const reopened = told.filter((event) => event.type === 'reopened').at(-1);
  expect(reopened).toMatchObject({ opened: { device: { activations: 'float32', notice: 'FLOAT16_DROPPED' } } });
});

test.each<[string, string]>([
  ['in the transformer', 'transformer'],
  ['in the logits', 'text_projector'],
  ['in what it imagines', 'vision_projector'],
])('a value that is no number %s: the words are written again in 32 bits', async (_, graph) => {
  const { words } = await draw();
  opened = [];
  fault = { graph, run: 1, value: Number.NaN, activations: ['float16'] };
  const again = await draw();
  expect(opened).toEqual(['float16', 'float16', 'float32']);
  expect(again.words).toBe(words);
  expect(again.begunAgain).toBe(1);
  const reopened = again.told.filter((event) => event.type === 'reopened').at(-1);
  expect(reopened).toMatchObject({ opened: { device: { notice: 'FLOAT16_DROPPED' } } });
});

test('in 32 bits too it is a failure that names the graph, after one retry, and no picture', async () => {
  fault = { graph: 'flux_final', run: 1, value: Number.NaN, activations: everyGraph };
  const failure = await draw().then(() => null, failureOf);
  expect(failure).toEqual({ code: 'NOT_FINITE', data: { graph: 'flux_final', activations: 'float32' } });
  expect(opened).toEqual(['float16', 'float16', 'float32']);
});
