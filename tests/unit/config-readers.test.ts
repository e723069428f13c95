import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNexusConfig } from '../../model/config/nexus.ts';
import {
  readAdapterConfig,
  readAutoencoderConfig,
  readFluxConfig,
  readMergerConfig,
} from '../../model/config/painter.ts';
import { published } from '../../model/config/published.table.ts';
import { readClipConfig, readT5Config } from '../../model/config/text-encoders.ts';
import { readTransformerConfig } from '../../model/config/transformer.ts';
import { readVisionConfig } from '../../model/config/vision.ts';
import { failureOf } from '../../model/failure.ts';
import { goldenCase } from '../helpers/golden.ts';
import { failureFrom } from '../helpers/sources.ts';

function caseConfig(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${goldenCase(name)}/case.json`, 'utf8')).config;
}

const official = { ...published.transformer, vision_config: published.vision };

describe('configs of the golden cases', () => {
  it.each([
    ['adapter-16', readAdapterConfig],
    ['merger-small', readMergerConfig],
    ['dit-wide', readFluxConfig],
    ['vae-decode-wide', readAutoencoderConfig],
    ['clip-pooled-empty', readClipConfig],
    ['t5-encoder-16', readT5Config],
  ])('%s is read key by key', (name, read) => {
    expect(read(caseConfig(name))).toEqual(caseConfig(name));
  });

  it('keeps every size of the language side', () => {
    const transformer = caseConfig('transformer-followup');
    expect(transformer).toMatchObject(readTransformerConfig(transformer));
    const vision = caseConfig('vision-encoder-window-multiple').vision_config;
    expect(vision).toMatchObject(readVisionConfig(vision));
  });
});

describe('a checkpoint', () => {
  it('takes the published model where it says nothing', () => {
    const config = readNexusConfig(official);
    expect(config).toMatchObject({ dit: published.dit, vae: published.vae, merger: published.merger });
    expect(config.schedule).toEqual({ shift: 3, sigmaMin: 0.003 / 1.002, sigmaMax: 1, trainTimesteps: 1000 });
    expect(config.nexus_gen).toMatchObject({
      context: 'turn',
      forms: 'trained',
      image: { max_pixels: 262640, reference_side: 504, drawn_grid: [1, 18, 18] },
      defaults: { width: 512, height: 512, steps: 50, guidance: 3.5, cfg: 3, editing_cfg: 1, strength: 1 },
    });
  });

  it('may say a schedule of its own', () => {
    const schedule = { shift: 1.15, sigmaMin: 0, sigmaMax: 1, trainTimesteps: 1000 };
    expect(readNexusConfig({ ...official, schedule }).schedule).toEqual(schedule);
  });

  it('falls back to the class defaults for keys its vision_config leaves out', () => {
    const path = `${goldenCase('checkpoint-qwen-tiny')}/checkpoint/config.json`;
    const { vision_config } = readNexusConfig(JSON.parse(readFileSync(path, 'utf8')));
    expect(vision_config).toMatchObject({ depth: 4, hidden_size: 32, patch_size: 14, window_size: 112 });
    expect(readVisionConfig({})).toMatchObject({ hidden_size: 3584, fullatt_block_indexes: [7, 15, 23, 31] });
  });

  it.each([
    [
      { ...official, vision_config: undefined },
      { key: 'vision_config', expected: 'object', actual: 'undefined' },
    ],
    [
      { ...official, hidden_size: '3584' },
      { key: 'hidden_size', expected: 'number', actual: '"3584"' },
    ],
    [{ ...official, num_key_value_heads: 5 }, { key: 'num_key_value_heads' }],
    [{ ...official, rope_scaling: { mrope_section: [16, 24, 23] } }, { key: 'rope_scaling.mrope_section' }],
    [
      { ...official, tie_word_embeddings: true },
      { key: 'tie_word_embeddings', expected: 'false', actual: 'true' },
    ],
    [
      { ...official, dit: { ...published.dit, inFeatures: 63 } },
      { key: 'dit.inFeatures', expected: '64' },
    ],
    [
      { ...official, nexus_gen: { context: 'all' } },
      { key: 'nexus_gen.context', actual: '"all"' },
    ],
    [{ ...official, nexus_gen: { preview: { matrix: [[1, 0, 0]], bias: [0, 0, 0] } } }, { actual: '[[1,0,0]]' }],
    [null, { key: '', expected: 'object', actual: 'null' }],
  ])('says which key is wrong: %#', async (json, data) => {
    expect(await failureFrom(() => readNexusConfig(json))).toMatchObject({ code: 'CONFIG_INVALID', data });
  });

  it('answers any JSON with a config or a CONFIG_INVALID', () => {
    const keys = fc.constantFrom(...Object.keys(official), 'dit', 'vae', 'nexus_gen', 'merger');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (damage) => {
        try {
          readNexusConfig({ ...official, ...damage });
        } catch (thrown) {
          expect(failureOf(thrown).code).toBe('CONFIG_INVALID');
        }
      }),
    );
  });
});
