import { z } from 'zod';
import { readGenerationConfig, samplingSettings } from '../../../model/text/generation-config.ts';
import { possibleScores, softmax } from '../../../model/text/sample.ts';
import type { Component } from '../component.ts';
import { float32Input, float32Rows, int32Input, int32Rows, joined } from './inputs.ts';

const argumentSchema = z.object({ settings: z.array(z.unknown()).min(1), banned_ids: z.array(z.int()) });

/** Distributions of the next token under several settings, read by the reader of generation_config.json. */
export const samplingText: Component = async (golden) => {
  const logits = float32Input(golden, 'logits');
  const { settings, banned_ids: banned } = argumentSchema.parse(golden.args);
  const context = { seen: int32Input(golden, 'ids'), banned };
  const rows = settings.map((keys) => {
    const sampling = samplingSettings(readGenerationConfig(keys));
    const scores = possibleScores(logits, context, sampling);
    const probabilities = softmax(scores);
    const kept = scores.filter((score) => score > -Infinity).length;
    const greedy = sampling.choice.kind === 'greedy' ? probabilities.indexOf(1) : -1;
    return { probabilities, kept, greedy };
  });
  const outputs = new Map([
    ['probs', float32Rows(joined(rows.map((row) => row.probabilities)), logits.length)],
    ['greedy_ids', int32Rows(rows.map((row) => row.greedy))],
    ['kept', int32Rows(rows.map((row) => row.kept))],
  ]);
  return { outputs, computedBy: 'plain' };
};
