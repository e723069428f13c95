/** bundle.json: whatever contradicts itself is refused, and not one changed digit goes unnoticed. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { sentenceLine } from '../../cli/say.ts';
import { chunkBytes, digestBy, FileHasher } from '../../model/bundle/hashes.ts';
import { checkManifest, type Manifest, parseManifest, writeManifest } from '../../model/bundle/manifest.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { decodeUtf8, encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { failureOf } from '../../model/failure.ts';
import { converted } from '../helpers/conversion.ts';
import { sha256 } from '../helpers/memory-sink.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';

let tiny: Manifest;
let tinyText: string;
beforeAll(async () => {
  const bytes = (await converted('q4')).files.get('bundle.json') ?? new Uint8Array(0);
  tiny = parseManifest(bytes);
  tinyText = decodeUtf8(bytes) ?? '';
});

const nanoText = readFileSync(new URL('../../public/models/nano/bundle.json', import.meta.url), 'utf8');

type Change = (manifest: { -readonly [Key in keyof Manifest]: Manifest[Key] }) => void;

/** The failure of reading a manifest that was changed and knows nothing of it. */
function refused(change: Change): Promise<unknown> {
  const { checksum: _, ...changed } = structuredClone(tiny);
  change(changed);
  return failureFrom(() => parseManifest(encodeUtf8(JSON.stringify(changed))));
}

/** Changes the tensors of the first shard. */
function tensors(change: (tensors: Record<string, unknown>[]) => void): Change {
  return ({ shards }) => change(shards[0]?.tensors as unknown as Record<string, unknown>[]);
}

const moved = (at: number, by: number) =>
  tensors((all) => Object.assign(all[at] ?? {}, { offset: Number(all[at]?.offset) + by }));

test.each<[string, Change, string]>([
  ['tensors that overlap', moved(1, -64), 'shards.0.tensors.1.offset'],
  ['a gap between tensors', moved(1, 64), 'shards.0.tensors.1.offset'],
  ['a tensor at an odd place', moved(1, 1), 'shards.0.tensors.1.offset'],
  ['a gap at the beginning', moved(0, 64), 'shards.0.tensors.0.offset'],
  ['a tensor that is left out', tensors((all) => all.pop()), 'shards.0.bytes'],
  ['tensors in another order', tensors((all) => all.reverse()), 'shards.0.tensors.0.offset'],
  ['a shape that is not the size', tensors((all) => Object.assign(all[0] ?? {}, { shape: [1] })), 'tensors.0.bytes'],
  ['a type that is not the size', tensors((all) => Object.assign(all[0] ?? {}, { type: 'uint8' })), 'tensors.0.bytes'],
  ['a tensor twice', tensors((all) => Object.assign(all[1] ?? {}, { name: all[0]?.name })), 'shards'],
  ['a shard of another size than its file', ({ shards }) => Object.assign(shards[0] ?? {}, { bytes: 64 }), 'bytes'],
  ['a graph twice', (m) => (m.graphs = [...m.graphs, ...m.graphs.slice(0, 1)]), 'graphs'],
  ['a missing chunk', ({ files }) => Object.assign(files[0] ?? {}, { chunks: [] }), 'files.0.chunks'],
  [
    'a chunk that is not the file',
    ({ files }) => Object.assign(files[0] ?? {}, { chunks: ['0'.repeat(64)] }),
    'chunks',
  ],
  ['sizes that are none', (m) => (m.sizes = [[0, 256]]), 'sizes.0.0'],
])('%s is refused', async (_, change, key) => {
  expect(await refused(change)).toMatchObject({ code: 'BUNDLE_MANIFEST', data: { key: expect.stringContaining(key) } });
});

test('a shard above 1 GiB is refused', async () => {
  const bytes = 2 ** 30 + 64;
  const failure = await refused((manifest) => {
    const tensor = { name: 'w', type: 'uint8', shape: [bytes], offset: 0, bytes } as const;
    manifest.shards = [{ file: 'w-1.bin', part: 'w', bytes, tensors: [tensor] }];
    manifest.graphs = [];
    const hashes = Array.from({ length: Math.ceil(bytes / chunkBytes) }, () => '0'.repeat(64));
    manifest.files = [...manifest.files, { path: 'w-1.bin', bytes, sha256: '0'.repeat(64), chunks: hashes }];
  });
  expect(failure).toMatchObject({ data: { key: 'shards.0.bytes', expected: '1073741824 bytes at most' } });
});

test('a bundle of version 1 is refused with the command that makes it anew, a later one with another hint', async () => {
  const of = async (version: number) =>
    failureOf(
      await Promise.resolve(JSON.stringify({ ...tiny, version }))
        .then(encodeUtf8)
        .then(parseManifest)
        .catch((error) => error),
    );
  expect(await of(1)).toEqual({ code: 'BUNDLE_VERSION', data: { version: 1, supported: 2 } });
  expect(sentenceLine(await of(1))).toContain('npm run nexus -- convert --from');
  expect(sentenceLine(await of(3))).not.toContain('convert');
});

/** The text with its digit at this place turned into the next. */
function otherDigit(text: string, at: number): string {
  return text.slice(0, at) + ((Number(text[at]) + 1) % 10) + text.slice(at + 1);
}

test.each([
  ['the tiny bundle', () => tinyText],
  ['nano', () => nanoText],
])(
  'every changed digit in bundle.json of %s is noticed by verify',
  async (_, text) => {
    const whole = text();
    let changed = 0;
    for (const { index } of whole.matchAll(/\d/g)) {
      const folder = bytesFolder(new Map([['bundle.json', Buffer.from(otherDigit(whole, index))]]));
      expect(await failureFrom(() => verifyBundle(folder, sha256))).toMatchObject({ code: 'BUNDLE_FILE' });
      changed += 1;
    }
    expect(changed).toBeGreaterThan(10_000);
  },
  120_000,
);

test('every changed digit of a place or a size is noticed by every reader', async () => {
  const { checksum: _, ...content } = tiny;
  const text = JSON.stringify({ ...content, shards: tiny.shards.slice(0, 3), graphs: [] });
  const end = text.indexOf('"files":[{');
  let changed = 0;
  for (const { index, 0: field } of text.slice(0, end).matchAll(/"(offset|bytes|shape)":\[?[\d,]+/g)) {
    for (let at = index + field.indexOf(':'); at < index + field.length; at += 1) {
      if (!/\d/.test(text[at] ?? '')) continue;
      const failure = await failureFrom(() => parseManifest(encodeUtf8(otherDigit(text, at))));
      expect(failure.code, text.slice(index - 20, at + 20)).toBe('BUNDLE_MANIFEST');
      changed += 1;
    }
  }
  expect(changed).toBeGreaterThan(400);
}, 120_000);

test('a manifest without a checksum is read, one that is written again keeps a right one', async () => {
  const { checksum: _, ...content } = tiny;
  expect(checkManifest(encodeUtf8(JSON.stringify(content)), sha256)).toEqual(content);
  const elsewhere = encodeUtf8(JSON.stringify({ checksum: tiny.checksum, ...content }));
  expect(await failureFrom(() => checkManifest(elsewhere, sha256))).toMatchObject({ data: { key: 'checksum' } });
  expect(decodeUtf8(writeManifest({ ...tiny, checksum: '0'.repeat(64) }, sha256))).toBe(tinyText);
});

test('a field of a later version is no reason to refuse a bundle', () => {
  const later: Manifest = { ...tiny, ...{ colours_of_hats: ['red'] } };
  const { checksum, ...read } = checkManifest(writeManifest(later, sha256), sha256);
  const { checksum: own, ...known } = tiny;
  expect(read).toEqual(known);
  expect(checksum).not.toBe(own);
});

test('chunks are hashed the same in whatever pieces a file passes', async () => {
  const bytes = Uint8Array.from({ length: 2 * chunkBytes + 5 }, (_, at) => at * 31 + (at >> 9));
  const hashed = (...lengths: number[]) => {
    const hasher = new FileHasher({ sha256, digest: digestBy(sha256) });
    let at = 0;
    for (const length of lengths) {
      hasher.update(bytes.subarray(at, at + length));
      at += length;
    }
    hasher.update(bytes.subarray(at));
    return hasher.digest();
  };
  const one = (from: number, to: number) => {
    const hash = sha256();
    hash.update(bytes.subarray(from, to));
    return hash.digest();
  };
  const expected = {
    sha256: one(0, bytes.length),
    chunks: [one(0, chunkBytes), one(chunkBytes, 2 * chunkBytes), one(2 * chunkBytes, bytes.length)],
  };
  expect(await hashed()).toEqual(expected);
  expect(await hashed(1, chunkBytes, 7, chunkBytes - 8)).toEqual(expected);
  expect(await hashed(chunkBytes)).toEqual(expected);
});
