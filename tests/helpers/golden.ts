import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const candidates = [
  process.env.GOLDEN_DIR ?? '',
  fileURLToPath(new URL('../../../shared/golden', import.meta.url)),
  fileURLToPath(new URL('../fixtures/golden', import.meta.url)),
].filter((root) => root !== '' && existsSync(root));

/** The folder of a golden case, from `GOLDEN_DIR`, `../shared/golden` or the copy in `tests/fixtures`. */
export function goldenCase(name: string): string {
  const folder = candidates.find((root) => existsSync(`${root}/${name}/case.json`));
  if (folder === undefined) throw new Error(`no golden case ${name}`);
  return `${folder}/${name}`;
}

/** Names of all cases of a component; none at all is an error. */
export function goldenNames(component: string): readonly string[] {
  const folders = new Set(candidates.flatMap((root) => readdirSync(root)));
  const isCase = (name: string) => candidates.some((root) => existsSync(`${root}/${name}/case.json`));
  const names = [...folders].filter(isCase).filter((name) => readGolden(name).component === component);
  if (names.length === 0) throw new Error(`no golden case of ${component}`);
  return names.sort();
}

export interface GoldenTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export interface Tolerance {
  readonly maxAbs: number;
  readonly meanAbs?: number;
  readonly cosine?: number;
}

export interface Golden {
  readonly component: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly args: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  /** Of each output tensor. */
  readonly tolerances: ReadonlyMap<string, Tolerance>;
  readonly inputs: ReadonlyMap<string, GoldenTensor>;
  readonly outputs: ReadonlyMap<string, GoldenTensor>;
}

export function readGolden(name: string): Golden {
  const folder = goldenCase(name);
  const file = JSON.parse(readFileSync(`${folder}/case.json`, 'utf8'));
  const path = `${folder}/io.safetensors`;
  const tensors = existsSync(path) ? readSafetensors(readFileSync(path)) : [];
  const named = (prefix: string) =>
    new Map(
      tensors.filter(([key]) => key.startsWith(prefix)).map(([key, tensor]) => [key.slice(prefix.length), tensor]),
    );
  const outputs: [string, { tolerance: Tolerance }][] = Object.entries(file.outputs ?? {});
  return {
    component: file.component,
    config: file.config ?? {},
    args: file.args ?? {},
    expected: file.expected ?? {},
    tolerances: new Map(outputs.map(([key, { tolerance }]) => [key, tolerance])),
    inputs: named('in.'),
    outputs: named('out.'),
  };
}

/** One tensor of a case; a name it lacks is an error. */
export function tensorOf(tensors: ReadonlyMap<string, GoldenTensor>, name: string): GoldenTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`no tensor ${name}`);
  return tensor;
}

/** Fails unless the values agree with an output of the case within its tolerance, key by key. */
export function expectOutput(golden: Golden, name: string, actual: ArrayLike<number>): void {
  const reference = tensorOf(golden.outputs, name).data;
  const tolerance = golden.tolerances.get(name);
  if (tolerance === undefined) throw new Error(`no tolerance for ${name}`);
  expect(actual.length, `${name}: values`).toBe(reference.length);
  if (tolerance.maxAbs === 0) {
    expect(Array.from(actual), name).toEqual(Array.from(reference));
    return;
  }
  const errors = Array.from(reference, (value, index) => Math.abs(value - (actual[index] ?? Number.NaN)));
  expect(Math.max(...errors.map((error) => (Number.isNaN(error) ? Infinity : error))), name).toBeLessThanOrEqual(
    tolerance.maxAbs,
  );
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  expect(mean, `${name}: mean`).toBeLessThanOrEqual(tolerance.meanAbs ?? Infinity);
  expect(cosine(actual, reference), `${name}: cosine`).toBeGreaterThanOrEqual(tolerance.cosine ?? -1);
}

function cosine(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  const norm = Math.sqrt(dot(right, right));
  return norm === 0 ? 1 : dot(left, right) / (Math.sqrt(dot(left, left)) * norm);
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Independent of the project's own reader, so that a mistake there does not hide itself here. */
function readSafetensors(file: Uint8Array): [string, GoldenTensor][] {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header: Record<string, Entry> = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        const bytes = file.slice(8 + length + begin, 8 + length + end);
        return [name, { type: dtype, shape, data: typed(dtype, bytes) }];
      },
    );
}

function typed(dtype: string, bytes: Uint8Array): GoldenTensor['data'] {
  const copy = Uint8Array.from(bytes).buffer;
  switch (dtype) {
    case 'F32':
      return new Float32Array(copy);
    case 'I32':
      return new Int32Array(copy);
    case 'U8':
      return new Uint8Array(copy);
    default:
      throw new Error(`unexpected type ${dtype}`);
  }
}
