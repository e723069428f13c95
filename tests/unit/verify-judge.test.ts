import { describe, expect, test } from 'vitest';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { compareTensor } from '../../tools/parity/compare.ts';
import type { Component, ComponentResult } from '../../tools/parity/component.ts';
import { judgeCase } from '../../tools/parity/judge.ts';
import { type HostTensor, hostTensor, type Runtime } from '../../workers/gpu/runtime.ts';

const report = {
  device: 'wasm',
  adapter: '',
  activations: 'float32',
  threads: 1,
  subgroups: 'absent',
  notice: null,
} as const;
const runtime = { report } as Runtime;

function floats(...values: number[]): HostTensor {
  return hostTensor('float32', [values.length], Float32Array.from(values));
}

function wanted(length: number, tolerance: Record<string, number>) {
  return { dtype: 'float32', shape: [length], tolerance };
}

describe('one output', () => {
  const near = wanted(2, { maxAbs: 0.1, cosine: 0.99 });

  test('passes inside every bound', () => {
    expect(compareTensor(floats(1, 2.05), floats(1, 2), near).reason).toBeNull();
  });

  test.each([
    ['too far', floats(1, 2.2), floats(1, 2), near, /max abs error 0.2/],
    ['another direction', floats(-1, -2), floats(1, 2), wanted(2, { maxAbs: 9, cosine: 0.9 }), /cosine -1/],
    ['all zero', floats(0, 0), floats(1e-3, 0), wanted(2, { maxAbs: 1, cosine: 0.9 }), /cosine 0/],
    ['far on average', floats(1, 2), floats(0, 2), wanted(2, { maxAbs: 1, meanAbs: 0.4 }), /mean abs error 0.5/],
    ['not a number', floats(1, Number.NaN), floats(1, 2), near, /element 1 is NaN/],
    ['infinite', floats(Number.POSITIVE_INFINITY, 2), floats(1, 2), near, /element 0 is Infinity/],
    ['finite where it must not be', floats(1, 2), floats(1, Number.NEGATIVE_INFINITY), near, /element 1 is 2/],
    ['another sign of zero', floats(-0, 2), floats(0, 2), wanted(2, { maxAbs: 0 }), /not equal/],
    ['another length', floats(1), floats(1, 2), near, /expected float32 \[2\], got float32 \[1\]/],
    ['another type', hostTensor('int32', [2], Int32Array.of(1, 2)), floats(1, 2), near, /got int32/],
    ['missing', undefined, floats(1, 2), near, /missing/],
    ['without reference', floats(1, 2), undefined, near, /no reference/],
    ['an unknown bound', floats(1, 2), floats(1, 2), wanted(2, { ulps: 1 }), /unknown tolerance ulps/],
    ['no bound at all', floats(1, 2), floats(1, 2), wanted(2, {}), /no tolerance/],
  ])('fails when %s', (_, actual, reference, bounds, reason) => {
    expect(compareTensor(actual, reference, bounds).reason).toMatch(reason);
  });

  test('equal infinities are equal, and a zero reference has no cosine', () => {
    const infinite = floats(1, Number.NEGATIVE_INFINITY);
    expect(compareTensor(infinite, infinite, near).reason).toBeNull();
    const verdict = compareTensor(floats(0.05, 0), floats(0, 0), near);
    expect(verdict.reason).toBeNull();
    expect(verdict.measured?.cosine).toBeNull();
  });

  test('a maximum of 0 ignores the cosine', () => {
    expect(compareTensor(floats(0, 1), floats(0, 1), wanted(2, { maxAbs: 0, cosine: 2 })).reason).toBeNull();
  });
});

function folderOf(caseJson: unknown): SourceFolder {
  const bytes = new TextEncoder().encode(JSON.stringify(caseJson));
  return {
    list: async () => ['case.json'],
    open: async (name) => ({
      name,
      size: bytes.length,
      read: async (offset, length) => bytes.slice(offset, offset + length),
    }),
  };
}

function judge(caseJson: unknown, result: Partial<ComponentResult>) {
  const component: Component = async () => ({ outputs: new Map(), computedBy: 'plain', ...result });
  return judgeCase('a-case', folderOf(caseJson), runtime, (name) => (name === 'known' ? component : undefined));
}

describe('one case', () => {
  test('an unknown component fails', async () => {
    const [row] = await judge({ component: 'other' }, {});
    expect(row).toMatchObject({ ok: false, component: 'other', reason: 'unknown component other' });
  });

  test('a case that judges nothing fails', async () => {
    expect(await judge({ component: 'known' }, {})).toMatchObject([{ ok: false, reason: 'the case judges nothing' }]);
  });

  test('a case that cannot be read fails', async () => {
    expect(await judge({ outputs: 3 }, {})).toMatchObject([{ ok: false }]);
  });

  test('a component that throws fails with its message', async () => {
    const component: Component = async () => {
      throw new Error('no such\nweight');
    };
    const rows = await judgeCase('a-case', folderOf({ component: 'known' }), runtime, () => component);
    expect(rows).toMatchObject([{ ok: false, case: 'a-case', component: 'known', reason: 'no such weight' }]);
  });

  test('every expected entry is a row', async () => {
    const expected = { texts: ['a', 'b'], count: 2 };
    const same = await judge({ component: 'known', expected }, { expected: { texts: ['a', 'b'], count: 2 } });
    expect(same).toMatchObject([
      { output: 'expected.texts', ok: true },
      { output: 'expected.count', ok: true },
    ]);
    const other = await judge({ component: 'known', expected }, { expected: { texts: ['a', 'c'] } });
    expect(other).toMatchObject([
      { output: 'expected.texts', ok: false, reason: '[1] is "c", expected "b"' },
      { output: 'expected.count', ok: false, reason: 'is missing, expected 2' },
    ]);
  });

  test('a refused size, a variant and a broken file must each be judged', async () => {
    const args = { refused: [[1, 201]], variants: [{ file: 'v.bin' }], broken: [{ file: 'b.bin' }] };
    const checks = [{ output: 'refused 1x201', ok: true, reason: 'refused' }];
    expect(await judge({ component: 'known', args }, { checks })).toMatchObject([
      { output: 'refused 1x201', ok: true },
      { output: 'v.bin', ok: false, reason: 'not judged' },
      { output: 'b.bin', ok: false, reason: 'not judged' },
    ]);
  });

  test('a failed check fails', async () => {
    const checks = [{ output: 'x', ok: false, reason: 'was read' }];
    expect(await judge({ component: 'known' }, { checks })).toMatchObject([{ ok: false, reason: 'was read' }]);
  });
});
