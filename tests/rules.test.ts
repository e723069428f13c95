import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenCitations, missingFiles } from './rules/citations.ts';
import { importCycles, importViolations } from './rules/imports.ts';
import { parseSource, readSources, root, type SourceFile } from './rules/sources.ts';

const sources = readSources();
/** The product; tests are held to the rules of types and imports, not to the budgets of length. */
const product = sources.filter((file) => /^(model|workers|session|src|cli|tools)\//.test(file.path));

describe('citations', () => {
  test('every document and heading that a comment cites is there', () => {
    const broken = product.flatMap(({ path }) => brokenCitations(path, readFileSync(join(root, path), 'utf8')));
    expect(broken).toEqual([]);
  });

  test('every file that a comment or a README names is there', () => {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
    const paths = listed.split('\n').filter((path) => existsSync(join(root, path)));
    const present = new Set(paths.map((path) => basename(path)));
    const texts = paths.filter((path) => /(^|\/)README\.md$/.test(path)).concat(product.map(({ path }) => path));
    const missing = texts.flatMap((path) => missingFiles(path, readFileSync(join(root, path), 'utf8'), present));
    expect(missing).toEqual([]);
    expect(missingFiles('a.ts', "import './x.ts'; // see y.ts and README.md", present)).toEqual([
      'a.ts names y.ts, which is not in the project',
    ]);
  });

  test('one that leads nowhere is noticed, over a line break too', () => {
    const text = [
      '/** See docs/reference.md, "Vision encoder", "Nowhere". */',
      '/**\n * See docs/reference.md, "Prefilled\n * autoregression", and docs/nothing.md.\n */',
      '// SOMETHING "Else".',
    ].join('\n');
    expect(brokenCitations('a.ts', text)).toEqual([
      'a.ts cites docs/reference.md, "Nowhere"',
      'a.ts cites docs/nothing.md',
      'a.ts cites SOMETHING "Else", which is not in the project',
    ]);
  });
});

describe('import rules', () => {
  test('every import is one that its zone may make', () => {
    expect(sources.flatMap(importViolations)).toEqual([]);
  });

  test('there are no import cycles', () => {
    expect(importCycles(sources)).toEqual([]);
  });

  test('every relative import names an existing file', () => {
    const missing = sources.flatMap((file) =>
      file.imports
        .filter(({ target }) => target !== null && !existsSync(join(root, target)))
        .map((found) => `${file.path}:${found.line} imports ${found.specifier}: there is no such file`),
    );
    expect(missing).toEqual([]);
  });

  test('only the protocol exports again what another file defines', () => {
    const elsewhere = sources.filter(({ path }) => path !== 'workers/protocol.ts');
    const again = elsewhere.flatMap(({ path, imports }) =>
      imports.filter(({ exportedAgain }) => exportedAgain).map(({ line, specifier }) => `${path}:${line} ${specifier}`),
    );
    expect(again).toEqual([]);
  });

  test('a forbidden import is noticed, as a type and as a worker too', () => {
    const wrong = parseSource(
      'model/onnx/wrong.ts',
      "import type { A } from '../../workers/protocol.ts';\nnew Worker(new URL('../../src/a.ts', import.meta.url));\nimport 'react';\n",
    );
    expect(importViolations(wrong).map((text) => text.split(' ')[0])).toEqual([
      'model/onnx/wrong.ts:1',
      'model/onnx/wrong.ts:2',
      'model/onnx/wrong.ts:3',
    ]);
  });

  test('a cycle is noticed', () => {
    const one = parseSource('model/one.ts', "import type { Two } from './two.ts';\n");
    const two = parseSource('model/two.ts', "import type { One } from './one.ts';\n");
    expect(importCycles([one, two])).toEqual(['model/one.ts → model/two.ts → model/one.ts']);
  });
});

describe('budgets', () => {
  test('no file is over 350 lines', () => {
    const counted = sources.filter(({ path }) => !path.endsWith('.table.ts') && !path.startsWith('words/'));
    const long = counted.filter(({ lines }) => lines > 350).map(({ path, lines }) => `${path}: ${lines} lines (350)`);
    expect(long).toEqual([]);
  });

  test('the median file has at most 100 lines, the 95th percentile 250', () => {
    const lengths = product.filter(({ path }) => !path.endsWith('.table.ts')).map(({ lines }) => lines);
    expect(percentile(lengths, 0.5)).toBeLessThanOrEqual(100);
    expect(percentile(lengths, 0.95)).toBeLessThanOrEqual(250);
  });

  test('no function is over 60 lines, no React component over 150', () => {
    expect(product.flatMap(longFunctions)).toEqual([]);
  });

  test('any and silenced checks stand only in the two ort.ts', () => {
    const elsewhere = sources.filter(({ path }) => !/^(workers|cli)\/ort\.ts$/.test(path));
    expect(elsewhere.flatMap(({ path, anys }) => anys.map((line) => `${path}:${line} any`))).toEqual([]);
    expect(elsewhere.flatMap(({ path, silenced }) => silenced.map((line) => `${path}:${line} @ts-`))).toEqual([]);
  });
});

describe('tests', () => {
  test('wait with the patience of until.ts alone', () => {
    const impatient = sources
      .filter(({ path }) => path.startsWith('tests/') && path !== 'tests/helpers/until.ts')
      .filter(({ path }) => /\bvi\s*\.wait(For|Until)\(/.test(readFileSync(join(root, path), 'utf8')));
    expect(impatient.map(({ path }) => path)).toEqual([]);
  });
});

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

function longFunctions(file: SourceFile): string[] {
  return file.functions.flatMap(({ name, line, lines }) => {
    const limit = file.path.endsWith('.tsx') && /^[A-Z]/.test(name) ? 150 : 60;
    return lines > limit ? [`${file.path}:${line} ${name} has ${lines} lines (${limit})`] : [];
  });
}

describe('packages', () => {
  const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const lock: { packages: Record<string, { version?: string; resolved?: string }> } = JSON.parse(lockText);

  test('every version is exact', () => {
    const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    const loose = all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  test('the lock names no host', () => {
    const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
    expect(resolved.map(([path]) => path)).toEqual([]);
  });

  test('there is one onnxruntime-web', () => {
    const versions = Object.entries(lock.packages)
      .filter(([path]) => path.endsWith('node_modules/onnxruntime-web'))
      .map(([, entry]) => entry.version);
    expect(versions).toEqual([manifest.dependencies['onnxruntime-web']]);
  });
});
