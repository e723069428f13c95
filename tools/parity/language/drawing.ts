import type { HostTensor, Runtime } from '../../../workers/gpu/runtime.ts';
import {
  type DrawingMode,
  drawImage,
  drawingPositions,
  readToken,
  slicePositions,
} from '../../../workers/language/imagining.ts';
import type { LanguageModel } from '../../../workers/language/model.ts';
import { writeReply } from '../../../workers/language/reply.ts';
import type { Component, ComponentResult, GoldenCase } from '../component.ts';
import { float32Rows, gridOf, int32Rows, mergeSize, positionRows, requiredNumber } from './inputs.ts';
import { type ImageToDraw, ReplyRecord } from './reply-record.ts';
import { greedily, greedySteps, lastRow, prefill, readBeforeLast, sequenceOf, withModel } from './sequence.ts';

export const prefilledImage: Component = (golden, runtime) =>
  withModel(golden, runtime, (model) =>
    golden.args.mode === 'reply' ? wholeReply(golden, model, runtime) : imageAndText(golden, model),
  );

export const naiveImage: Component = (golden, runtime) =>
  withModel(golden, runtime, async (model) => {
    const { outputs } = await drawAfterPrompt(golden, model, 'naive');
    return { outputs, computedBy: 'graph' };
  });

/** An image behind a prompt that ends with BOI, then EOI and text: by one pass, and once more by the loop. */
async function imageAndText(golden: GoldenCase, model: LanguageModel): Promise<ComponentResult> {
  const byPass = await drawAfterPrompt(golden, model, 'pass');
  const logits = await byPass.behind();
  const banned = [model.config.vision_end_token_id];
  const text = await greedySteps(model, logits, byPass.end + 1, requiredNumber(golden, 'text_steps'), banned);
  byPass.outputs.set('text_ids', int32Rows(text.ids));
  byPass.outputs.set('text_logits', float32Rows(text.logits, model.config.vocab_size));

  model.rewind(0);
  const byLoop = await drawAfterPrompt(golden, model, 'loop');
  requireEqual('embeddings', byLoop.embeddings, byPass.embeddings);
  requireEqual('logits behind the image', await byLoop.behind(), logits);
  return { outputs: byPass.outputs, computedBy: 'graph' };
}

interface Drawn {
  readonly embeddings: Float32Array;
  /** Where EOI stands. */
  readonly end: number;
  readonly behind: () => Promise<Float32Array>;
  readonly outputs: Map<string, HostTensor>;
}

async function drawAfterPrompt(golden: GoldenCase, model: LanguageModel, mode: DrawingMode): Promise<Drawn> {
  const sequence = sequenceOf(golden, model.config);
  await readBeforeLast(model, sequence);
  const order = { start: sequence.positions.next - 1, ...imageToDraw(golden) };
  const { embeddings, end, behind } = await drawImage(model, { ...order, mode });
  const positions = drawingPositions(model, order);
  const outputs = new Map<string, HostTensor>([
    ['embeds', float32Rows(embeddings, model.config.hidden_size)],
    ['image_position_ids', positionRows(slicePositions(positions, 1, positions.time.length))],
    ['eoi_position', int32Rows([end])],
  ]);
  return { embeddings, end, behind, outputs };
}

async function wholeReply(golden: GoldenCase, model: LanguageModel, runtime: Runtime): Promise<ComponentResult> {
  const byPass = await recordReply(golden, model, runtime, 'pass');
  model.rewind(0);
  const byLoop = await recordReply(golden, model, runtime, 'loop');
  requireEqual('embeddings', byLoop.embeddings(), byPass.embeddings());
  requireEqual('reply ids', byLoop.ids(), byPass.ids());
  return { outputs: byPass.outputs(), computedBy: 'graph' };
}

async function recordReply(golden: GoldenCase, model: LanguageModel, runtime: Runtime, mode: DrawingMode) {
  const sequence = sequenceOf(golden, model.config);
  const { logits } = await prefill(model, runtime, sequence);
  const record = new ReplyRecord(model, imageToDraw(golden));
  const reply = writeReply(model, {
    logits: lastRow(logits, model.config.vocab_size),
    position: sequence.positions.next,
    ...imageToDraw(golden),
    mode,
    choose: greedily,
    read: (id, position) => readToken(model, id, position),
    maximumTokens: requiredNumber(golden, 'max_new_tokens'),
    ends: (id) => id === model.config.eos_token_id,
  });
  for await (const part of reply) record.add(part);
  return record;
}

function imageToDraw(golden: GoldenCase): ImageToDraw {
  return { grid: gridOf(golden.args.image_grid_thw), mergeSize: mergeSize(golden) };
}

/** Float32 rounds differently in one pass than in many; anything above that is a mistake. */
const relativeTolerance = 1e-4;

/** The loop and the pass are one model: where they differ the case fails. */
function requireEqual(what: string, byLoop: ArrayLike<number>, byPass: ArrayLike<number>): void {
  const scale = Array.from(byPass).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = Array.from(byPass, (value, index) => Math.abs(value - (byLoop[index] ?? Number.NaN)));
  const equal = byLoop.length === byPass.length && apart.every((value) => value <= relativeTolerance * scale);
  if (!equal) throw new Error(`${what} by the loop differ from those by the pass, ${Math.max(...apart)} at most`);
}
