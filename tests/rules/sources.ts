import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface FoundImport {
  readonly specifier: string;
  readonly line: number;
  /** The imported file by its path in the project; null for a package. */
  readonly target: string | null;
  /** Nothing of it is left when the code runs. */
  readonly typeOnly: boolean;
  /** What is imported is exported again. */
  readonly exportedAgain: boolean;
}

export interface FoundFunction {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

export interface SourceFile {
  /** Path in the project, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly FoundImport[];
  readonly functions: readonly FoundFunction[];
  /** Lines where `any` is written as a type. */
  readonly anys: readonly number[];
  /** Lines of comments that switch the compiler off. */
  readonly silenced: readonly number[];
}

/** All TypeScript of the project: what git tracks and what it would track. */
export function readSources(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', '*.ts', '*.tsx'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const paths = new Set(listed.split('\n').filter((path) => path !== '' && !path.startsWith('training/')));
  return [...paths].filter((path) => existsSync(join(root, path))).map((path) => readSource(path));
}

function readSource(path: string): SourceFile {
  return parseSource(path, readFileSync(join(root, path), 'utf8'));
}

interface Found {
  readonly imports: FoundImport[];
  readonly functions: FoundFunction[];
  readonly anys: number[];
}

export function parseSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text);
  const [error] = parsed.errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const lineOf = lineFinder(text);
  const found: Found = { imports: [], functions: [], anys: [] };
  if (!isNode(parsed.program)) throw new Error(`${path}: no program`);
  visit(parsed.program, '', (node, name) => note(node, name, path, lineOf, found));
  const silenced = parsed.comments
    .filter((comment) => /@ts-(ignore|expect-error|nocheck)/.test(comment.value))
    .map((comment) => lineOf(comment.start));
  return { path, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0), ...found, silenced };
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Walks the tree; `name` is what an anonymous function is assigned to. */
function visit(node: Node, name: string, enter: (node: Node, name: string) => void): void {
  enter(node, name);
  const holder = isNode(node.id) ? node.id : isNode(node.key) ? node.key : undefined;
  const inner = holder !== undefined && typeof holder.name === 'string' ? holder.name : name;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, inner, enter);
  }
}

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const importTypes = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function note(node: Node, name: string, path: string, lineOf: (offset: number) => number, found: Found): void {
  const line = lineOf(node.start);
  if (node.type === 'TSAnyKeyword') found.anys.push(line);
  if (functionTypes.has(node.type)) {
    const own = isNode(node.id) && typeof node.id.name === 'string' ? node.id.name : name;
    found.functions.push({ name: own, line, lines: lineOf(node.end) - line + 1 });
  }
  const specifier = importTypes.has(node.type) ? specifierOf(node.source) : workerSpecifier(node);
  if (specifier !== undefined) {
    const typeOnly = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
    const exportedAgain = node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration';
    found.imports.push({ specifier, line, target: targetOf(path, specifier), typeOnly, exportedAgain });
  }
}

function specifierOf(source: unknown): string | undefined {
  return isNode(source) && typeof source.value === 'string' ? source.value : undefined;
}

/** `new URL('./x.worker.ts', import.meta.url)` loads code just as an import does. */
function workerSpecifier(node: Node): string | undefined {
  if (node.type !== 'NewExpression' || !isNode(node.callee) || node.callee.name !== 'URL') return undefined;
  const [first]: unknown[] = Array.isArray(node.arguments) ? node.arguments : [];
  const value = specifierOf(first);
  return value !== undefined && /\.tsx?$/.test(value) ? value : undefined;
}

function targetOf(path: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return posix.normalize(posix.join(posix.dirname(path), specifier.replace(/\?.*$/, '')));
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
