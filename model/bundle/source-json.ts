/** A JSON file of a checkpoint. */
import { scanJson } from '../checkpoint/json.ts';
import type { ByteSource } from '../checkpoint/source.ts';
import { decodeUtf8 } from '../checkpoint/utf8.ts';
import { fail } from '../failure.ts';

interface Limits {
  readonly bytes: number;
  readonly values: number;
}

const depth = 64;
const configLimits: Limits = { bytes: 2 ** 20, values: 100_000 };
/** T5's tokenizer.json has 2.4 MB: 32,100 pieces with their scores. */
export const tokenizerLimits: Limits = { bytes: 2 ** 24, values: 1_000_000 };

/** @throws CONFIG_INVALID, CONFIG_JSON */
export async function readJson(file: ByteSource, limits = configLimits): Promise<Record<string, unknown>> {
  const invalid = (actual: string) => fail('CONFIG_INVALID', { key: file.name, expected: 'a JSON object', actual });
  if (file.size > limits.bytes) return invalid(`${file.size} bytes`);
  const text = decodeUtf8(await file.read(0, file.size)) ?? invalid('bytes that are no UTF-8');
  const { mistake } = scanJson(text, { depth, values: limits.values });
  if (mistake !== null) fail('CONFIG_JSON', { file: file.name, ...mistake });
  const json: unknown = JSON.parse(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return invalid(text.slice(0, 40));
  return { ...json };
}
