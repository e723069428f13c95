/** What is shown of the network: file by file, added up, and what each was for. */
import { expect, test } from 'vitest';
import { sumOf, withRequests } from '../../src/state/requests.ts';

const home = 'https://here.example';

test('parts of a file are one row, in the order in which files were first asked for', () => {
  const first = withRequests([], [{ url: `${home}/models/nano/transformer-1.bin`, bytes: 1000 }], home);
  const rows = withRequests(
    first,
    [
      { url: `${home}/assets/ort.wasm`, bytes: 500 },
      { url: `${home}/models/nano/transformer-1.bin?part`, bytes: 24 },
      { url: `${home}/`, bytes: 0 },
    ],
    home,
  );
  expect(rows).toEqual([
    { origin: home, path: '/models/nano/transformer-1.bin', count: 2, bytes: 1024, purpose: 'model' },
    { origin: home, path: '/assets/ort.wasm', count: 1, bytes: 500, purpose: 'runtime' },
    { origin: home, path: '/', count: 1, bytes: 0, purpose: 'page' },
  ]);
  expect(sumOf(rows, home)).toEqual({ count: 4, bytes: 1524, others: [] });
});

test('other hosts are named, and what they do not tell is not known', () => {
  const url = 'https://elsewhere.example/model/bundle.json';
  const rows = withRequests([], [{ url, bytes: null }], home);
  expect(rows).toMatchObject([{ origin: 'https://elsewhere.example', bytes: null, purpose: 'added' }]);
  expect(withRequests(rows, [{ url, bytes: 7 }], home)).toMatchObject([{ count: 2, bytes: 7 }]);
  expect(sumOf(rows, home)).toEqual({ count: 1, bytes: 0, others: ['https://elsewhere.example'] });
});
