import { fail } from '../failure.ts';
import { type CheckpointElementType, elementCount, elementTypeBytes, shapeText } from './element-types.ts';
import { type JsonMistake, scanJson } from './json.ts';
import type { TensorInfo } from './tensors.ts';
import { decodeUtf8 } from './utf8.ts';

/** One tensor of a header: its bytes are [begin, end) of the data that follows the header. */
export interface HeaderEntry extends TensorInfo {
  readonly begin: number;
  readonly end: number;
}

/** What a header says. */
export interface SafetensorsHeader {
  readonly entries: readonly HeaderEntry[];
  /** What the file says of itself. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The largest published shard has under 1,000 tensors in under 100 kB of header. */
export const headerLimits = { bytes: 8 * 2 ** 20, tensors: 20_000 } as const;
/** Lists stand in entries of the one object. What is above this in values is no list of tensors, whatever it is. */
const jsonLimits = { depth: 4, values: headerLimits.tensors * 60 } as const;

/**
 * Reads a safetensors header (github huggingface/safetensors, "Format"). Stricter than the format's own library in this:
 * lower limits, no unknown keys or types in an entry, and no sizes above 2^53.
 *
 * @param bytes the header without its length field
 * @param dataLength bytes of the file after the header
 * @throws HEADER_JSON, HEADER_TOO_MANY, TENSOR_SHAPE, TENSOR_TYPE, TENSOR_LAYOUT
 */
export function parseSafetensorsHeader(file: string, bytes: Uint8Array, dataLength: number): SafetensorsHeader {
  const text = decodeUtf8(bytes);
  if (text === undefined) return fail('HEADER_JSON', { file, problem: 'encoding', at: '' });
  if (!text.startsWith('{')) fail('HEADER_JSON', { file, problem: 'syntax', at: '1:1' });
  const scan = scanJson(text, jsonLimits);
  if (scan.mistake !== null) refuseMistake(file, scan.mistake);
  if (scan.pairs > headerLimits.tensors * 4) refuseCount(file, Math.floor(scan.pairs / 4));

  const header: JsonObject = JSON.parse(text);
  const names = Object.keys(header);
  if (names.length > headerLimits.tensors) refuseCount(file, names.length);
  const entries: HeaderEntry[] = [];
  let metadata: SafetensorsHeader['metadata'] = new Map();
  let pairs = names.length;
  for (const name of names) {
    if (name === '__metadata__') {
      metadata = readMetadata(file, header[name]);
      pairs += metadata.size;
    } else {
      entries.push(parseEntry(file, name, header[name]));
      pairs += 3;
    }
  }
  if (scan.pairs !== pairs) fail('HEADER_JSON', { file, problem: 'duplicate-key', at: '' });
  if (scan.unusualNumber) fail('HEADER_JSON', { file, problem: 'number', at: '' });
  return { entries: checkLayout(file, entries, dataLength), metadata };
}

function refuseMistake(file: string, { problem, line, column }: JsonMistake): never {
  if (problem === 'values') fail('HEADER_TOO_MANY', { file, count: jsonLimits.values + 1, limit: jsonLimits.values });
  const known = problem === 'surrogate' || problem === 'depth' ? problem : 'syntax';
  return fail('HEADER_JSON', { file, problem: known, at: `${line}:${column}` });
}

function refuseCount(file: string, count: number): never {
  return fail('HEADER_TOO_MANY', { file, count, limit: headerLimits.tensors });
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readMetadata(file: string, metadata: unknown): ReadonlyMap<string, string> {
  const invalid = () => fail('HEADER_JSON', { file, problem: 'metadata', at: '__metadata__' });
  if (!isObject(metadata)) return invalid();
  const read = (value: unknown) => (typeof value === 'string' ? value : invalid());
  return new Map(Object.entries(metadata).map(([key, value]) => [key, read(value)]));
}

const typeNames: ReadonlyMap<string, CheckpointElementType> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F8_E4M3', 'float8_e4m3'],
  ['F8_E5M2', 'float8_e5m2'],
  ['F8_E4M3FNUZ', 'float8_e4m3fnuz'],
  ['F8_E5M2FNUZ', 'float8_e5m2fnuz'],
  ['F8_E8M0', 'float8_e8m0'],
  ['F6_E2M3', 'float6_e2m3'],
  ['F6_E3M2', 'float6_e3m2'],
  ['F4', 'float4_e2m1'],
  ['C64', 'complex64'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

function parseEntry(file: string, name: string, value: unknown): HeaderEntry {
  const invalid = () => fail('HEADER_JSON', { file, problem: 'entry', at: name });
  if (!isObject(value) || Object.keys(value).length !== 3) return invalid();
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(offsets) || offsets.length !== 2) {
    return invalid();
  }
  const type = typeNames.get(dtype) ?? fail('TENSOR_TYPE', { file, tensor: name, type: dtype.slice(0, 40) });
  if (!shape.every((size) => typeof size === 'number')) return invalid();
  const count = elementCount(shape) ?? fail('TENSOR_SHAPE', { file, tensor: name, shape: shapeText(shape) });
  const [begin, end]: unknown[] = offsets;
  if (!isOffset(begin) || !isOffset(end)) return fail('TENSOR_LAYOUT', { file, tensor: name, problem: 'length' });
  if (end - begin !== count * elementTypeBytes[type]) fail('TENSOR_LAYOUT', { file, tensor: name, problem: 'length' });
  return { name, type, shape, begin, end };
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Tensors lie one after another from the first byte of the data to its last. Returns them in that order. */
function checkLayout(file: string, entries: readonly HeaderEntry[], dataLength: number): readonly HeaderEntry[] {
  const ordered = [...entries].sort((left, right) => left.begin - right.begin || left.end - right.end);
  let end = 0;
  for (const entry of ordered) {
    const problem = entry.begin < end ? 'overlap' : 'hole';
    if (entry.begin !== end) fail('TENSOR_LAYOUT', { file, tensor: entry.name, problem });
    end = entry.end;
  }
  if (end > dataLength) fail('FILE_TRUNCATED', { file, needed: end, size: dataLength });
  if (end < dataLength) fail('TENSOR_LAYOUT', { file, tensor: ordered.at(-1)?.name ?? '', problem: 'trailing' });
  return ordered;
}
