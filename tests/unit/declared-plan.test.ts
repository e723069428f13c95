/** What a model's sizes alone say of a conversion is what a plan of its files says. */
import { expect, test } from 'vitest';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { declaredPlan, type SizedPlan } from '../../model/bundle/declared-plan.ts';
import { readClipFile, readT5File } from '../../model/bundle/text-constants.ts';
import { readNexusConfig } from '../../model/config/nexus.ts';
import { tinyClip, tinySizes, tinyT5 } from '../../tools/checkpoint/tiny-sizes.ts';
import { extrasOfPlan, factsOfPlan } from '../../workers/library/conversion.ts';
import { publishedFacts } from '../../workers/library/published-facts.ts';
import { bytesFolder } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

const told = (plan: SizedPlan) => ({
  facts: factsOfPlan(plan, [], null),
  extras: Object.entries(extrasOfPlan(plan)).map(([extra, of]) => [extra, of?.bytes]),
  shards: plan.shards.map(({ layout }) => [layout.file, layout.bytes]),
  graphs: plan.graphs.map(({ file, bytes }) => [file, bytes.length]),
});

test.each([
  ['with tables of schedules', [{ steps: 4, guidance: 3.5 }]],
  ['without', []],
])('of a tiny model, %s', async (_, schedules) => {
  const sizes = { ...tinySizes, nexus_gen: { id: 'tiny', name: 'Tiny', schedules } };
  const models = { config: readNexusConfig(sizes), clip: readClipFile(tinyClip), t5: readT5File(tinyT5) };
  const declared = declaredPlan(models, 'q4');
  const planned = await planConversion([bytesFolder(tinyCheckpoint(sizes))], 'q4');
  expect(told(declared)).toEqual(told(planned));
});

test('the published files: gigabytes that pass and are kept, where they are read and what they are given under', () => {
  const { bytes, passing, abilities, counted, licences, gates, plan } = publishedFacts(null);
  // Of the 65 GB of files FLUX's modulation is read twice, and T5 comes on top.
  expect(bytes / 1e9).toBeCloseTo(23.3, 1);
  expect(passing / 1e9).toBeCloseTo(88.2, 1);
  const { chat, draw, edit } = abilities;
  expect((chat ?? 0) + (draw ?? 0) + (edit ?? 0)).toBeLessThan(bytes);
  expect(plan).toBeNull();
  expect(counted?.transformer.layers).toBe(28);
  expect(licences.join()).toContain('Non-Commercial');
  expect(gates.huggingface).toBe('https://huggingface.co/black-forest-labs/FLUX.1-schnell');
});
