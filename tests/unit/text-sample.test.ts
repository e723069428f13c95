import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGenerationConfig, samplingSettings } from '../../model/text/generation-config.ts';
import { uniformGenerator } from '../../model/text/generator.ts';
import { chooseToken, possibleScores, type SamplingSettings, softmax } from '../../model/text/sample.ts';
import { expectOutput, goldenCase, goldenNames, readGolden, tensorOf } from '../helpers/golden.ts';
import { failureFrom } from '../helpers/sources.ts';

interface GoldenSettings {
  readonly do_sample: boolean;
  readonly temperature: number;
  readonly top_k: number;
  readonly top_p: number;
  readonly repetition_penalty: number;
}

function settingsOf(given: GoldenSettings): SamplingSettings {
  const { do_sample, temperature, top_k: topK, top_p: topP, repetition_penalty: repetitionPenalty } = given;
  return { choice: do_sample ? { kind: 'sampled', temperature, topK, topP } : { kind: 'greedy' }, repetitionPenalty };
}

it.each(goldenNames('sampling-text'))('%s', (name) => {
  const golden = readGolden(name);
  const logits = Float32Array.from(tensorOf(golden.inputs, 'logits').data);
  const seen = Array.from(tensorOf(golden.inputs, 'ids').data);
  const context = { seen, banned: golden.args.banned_ids as number[] };
  const settings = (golden.args.settings as GoldenSettings[]).map(settingsOf);
  const rows = settings.map((each) => possibleScores(logits, context, each));
  expectOutput(
    golden,
    'probs',
    rows.flatMap((row) => [...softmax(row)]),
  );
  expectOutput(
    golden,
    'kept',
    rows.map((row) => row.filter((score) => score > -Infinity).length),
  );
  const greedy = (each: SamplingSettings) =>
    each.choice.kind === 'greedy' ? chooseToken(logits, context, each, () => Number.NaN) : -1;
  expectOutput(golden, 'greedy_ids', settings.map(greedy));
});

const sampled = { choice: { kind: 'sampled', temperature: 1, topK: 0, topP: 1 }, repetitionPenalty: 1 } as const;

describe('sampling', () => {
  it('follows the distribution', () => {
    const logits = Float32Array.from([0, 1, 2, 3].map((value) => Math.log(value + 1)));
    const uniform = uniformGenerator('42');
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 20000; draw += 1) {
      const id = chooseToken(logits, { seen: [], banned: [] }, sampled, uniform);
      counts[id] = (counts[id] ?? 0) + 1;
    }
    counts.forEach((count, id) => {
      expect(count / 20000).toBeCloseTo((id + 1) / 10, 1.7);
    });
  });

  it('never chooses what is banned or cut off', () => {
    const anyLogits = fc.array(fc.float({ noNaN: true, min: -50, max: 50 }), { minLength: 2, maxLength: 40 });
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(anyLogits, unit, unit, fc.integer({ min: 0, max: 5 }), (values, topP, uniform, topK) => {
        const settings = { choice: { kind: 'sampled', temperature: 0.8, topK, topP }, repetitionPenalty: 1.1 } as const;
        const context = { seen: [0], banned: [1] };
        const logits = Float32Array.from(values);
        const id = chooseToken(logits, context, settings, () => uniform);
        expect(id).not.toBe(1);
        expect(possibleScores(logits, context, settings)[id]).toBeGreaterThan(-Infinity);
      }),
    );
  });

  it('refuses logits that are no numbers', async () => {
    const broken = Float32Array.of(1, Number.NaN, 2);
    const failure = await failureFrom(() => chooseToken(broken, { seen: [], banned: [] }, sampled, () => 0));
    expect(failure.code).toBe('RUN_FAILED');
  });

  it('keeps one id when top-p is zero, and the last of equals', () => {
    const choice = { kind: 'sampled', temperature: 1, topK: 0, topP: 0 } as const;
    const row = possibleScores(Float32Array.of(1, 1, 0), { seen: [], banned: [] }, { choice, repetitionPenalty: 1 });
    expect([...row]).toEqual([-Infinity, 1, -Infinity]);
  });
});

describe('the generator of sampled text', () => {
  it('repeats for a seed and differs in the high half of seeds', () => {
    const draw = (seed: string) => Array.from({ length: 4 }, uniformGenerator(seed));
    expect(draw('52')).toEqual(draw('52'));
    expect(draw('52')).not.toEqual(draw(String(2n ** 32n + 52n)));
    for (const value of draw('18446744073709551615')) expect(value >= 0 && value < 1).toBe(true);
  });

  it('is xoshiro128** behind splitmix64', () => {
    // splitmix64 of seed 0 begins e220a8397b1dcdaf 6e789e6aa1b965f4 (its authors' own test values).
    const next = uniformGenerator('0');
    const s1 = 0x7b1dcdaf;
    const product = Math.imul(s1, 5);
    const expected = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    expect(next() * 2 ** 32).toBe(expected);
  });

  it.each(['banana', '-1', '18446744073709551616', '', '1e3', '1.5', ' 1', '0x10', '١'])('refuses %j', async (seed) => {
    expect(await failureFrom(() => uniformGenerator(seed))).toEqual({ code: 'SEED_INVALID', data: { seed } });
  });
});

describe('generation_config.json', () => {
  it('is in effect greedy with a penalty in the published file', () => {
    const path = `${goldenCase('checkpoint-qwen-tiny')}/checkpoint/generation_config.json`;
    const config = readGenerationConfig(JSON.parse(readFileSync(path, 'utf8')));
    expect(samplingSettings(config)).toEqual({
      choice: { kind: 'sampled', temperature: 1e-6, topK: 50, topP: 1 },
      repetitionPenalty: 1.05,
    });
    expect(config.eos_token_id).toEqual([174, 172]);
  });

  it('chooses greedily where nothing is said, and at temperature 0', () => {
    expect(samplingSettings(readGenerationConfig({})).choice).toEqual({ kind: 'greedy' });
    expect(samplingSettings(readGenerationConfig({ do_sample: true, temperature: 0 })).choice.kind).toBe('greedy');
    expect(readGenerationConfig({ eos_token_id: 7 }).eos_token_id).toEqual([7]);
  });

  it('is refused with its key', async () => {
    const failure = await failureFrom(() => readGenerationConfig({ eos_token_id: 1, top_p: 2 }));
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', data: { key: 'top_p', expected: '≤ 1', actual: '2' } });
  });
});
