import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { failureOf } from '../../model/failure.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { type ReadCase, readCase } from './case-file.ts';
import { compareTensor } from './compare.ts';
import { type Component, type ComponentResult, refusedName } from './component.ts';

/** One judgement, as `nexus verify` prints it. */
export interface Row {
  readonly component: string;
  readonly case: string;
  readonly output: string;
  readonly maxAbs: number | null;
  readonly meanAbs: number | null;
  readonly cosine: number | null;
  readonly tolerance: Readonly<Record<string, number>> | null;
  /** What computed it: a graph on the device, or plain TypeScript whatever the device. Null where nothing was computed. */
  readonly computedBy: 'wasm' | 'webgpu' | 'plain' | null;
  readonly ok: boolean;
  readonly reason: string | null;
}

type FindComponent = (name: string) => Component | undefined;

/** Judges one case. Never throws: what goes wrong is a failed row, and the run goes on. */
export async function judgeCase(
  name: string,
  folder: SourceFolder,
  runtime: Runtime,
  find: FindComponent,
): Promise<readonly Row[]> {
  let component = '';
  try {
    const read = await readCase(folder);
    component = read.file.component;
    const compute = find(component);
    if (compute === undefined) return [failedRow(component, name, `unknown component ${component}`)];
    const result = await compute(read.golden, runtime);
    const rows = [...tensorRows(read, result), ...expectedRows(read, result), ...checkRows(read, result)];
    if (rows.length === 0) return [failedRow(component, name, 'the case judges nothing')];
    const computedBy = result.computedBy === 'graph' ? runtime.report.device : 'plain';
    return rows.map((row) => ({ component, case: name, ...row, computedBy }));
  } catch (thrown) {
    return [failedRow(component, name, messageOf(thrown))];
  }
}

/** A row for what could not be judged at all. */
export function failedRow(component: string, name: string, reason: string): Row {
  return { component, case: name, ...unmeasured, output: '', computedBy: null, ok: false, reason };
}

type Judgement = Omit<Row, 'component' | 'case' | 'computedBy'>;

const unmeasured = { maxAbs: null, meanAbs: null, cosine: null, tolerance: null };

function tensorRows(read: ReadCase, result: ComponentResult): Judgement[] {
  return Object.entries(read.file.outputs).map(([output, wanted]) => {
    const { measured, reason } = compareTensor(result.outputs.get(output), read.reference.get(output), wanted);
    const { maxAbs, meanAbs, cosine } = measured ?? unmeasured;
    return { output, maxAbs, meanAbs, cosine, tolerance: wanted.tolerance, ok: reason === null, reason };
  });
}

function expectedRows(read: ReadCase, result: ComponentResult): Judgement[] {
  const { expected } = read.file;
  if (expected === undefined || expected === null) return [];
  if (!isRecord(expected)) return [exactRow('expected', expected, result.expected)];
  const given = isRecord(result.expected) ? result.expected : {};
  return Object.entries(expected).map(([key, value]) => exactRow(`expected.${key}`, value, given[key]));
}

function exactRow(output: string, wanted: unknown, given: unknown): Judgement {
  const reason = difference(wanted, given, '');
  return { output, ...unmeasured, ok: reason === null, reason };
}

/** Where two JSON values differ first, or null. */
export function difference(wanted: unknown, given: unknown, at: string): string | null {
  if (Array.isArray(wanted) && Array.isArray(given)) {
    if (wanted.length !== given.length) return `${at} has ${given.length} entries, expected ${wanted.length}`.trim();
    for (const [index, value] of wanted.entries()) {
      const found = difference(value, given[index], `${at}[${index}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (isRecord(wanted) && isRecord(given)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(given)])) {
      const found = difference(wanted[key], given[key], `${at}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  if (Object.is(wanted, given)) return null;
  return `${at} is ${shown(given)}, expected ${shown(wanted)}`.trim();
}

function checkRows(read: ReadCase, result: ComponentResult): Judgement[] {
  const given = (result.checks ?? []).map(({ output, ok, reason }) => ({ output, ...unmeasured, ok, reason }));
  const names = new Set(given.map((row) => row.output));
  const unanswered = demandedChecks(read.file.args).filter((name) => !names.has(name));
  const missing = unanswered.map((output) => ({ output, ...unmeasured, ok: false, reason: 'not judged' }));
  return [...given, ...missing];
}

/** The checks a case asks for, so that a component cannot leave one out. */
function demandedChecks(args: Readonly<Record<string, unknown>>): string[] {
  const refused = entries(args.refused).map((size) => refusedName(Array.isArray(size) ? size : [size]));
  const files = [...entries(args.variants), ...entries(args.broken)];
  return [...refused, ...files.map((entry) => (isRecord(entry) ? String(entry.file) : String(entry)))];
}

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** What went wrong, on one line. */
export function messageOf(thrown: unknown): string {
  const failure = failureOf(thrown);
  const text = failure.code === 'UNEXPECTED' ? failure.data.message : `${failure.code} ${JSON.stringify(failure.data)}`;
  return text.replaceAll(/\s+/g, ' ').trim();
}
