/** The least that a bundle.json says, for tests of where its files come from. */
import { createHash } from 'node:crypto';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { ManifestFile } from '../../model/bundle/manifest.ts';

export const tinyManifest = {
  format: 'nexus-gen-bundle',
  version: 2,
  id: 'tiny',
  name: 'Tiny',
  licences: [],
  sources: [],
  config: {},
  precision: 'q8',
  context: 'turn',
  forms: 'trained',
  defaults: {
    width: 64,
    height: 64,
    steps: 2,
    guidance: 3.5,
    cfg: 1,
    editing_cfg: 1,
    negative: '',
    strength: 1,
    sampling: {},
  },
  tokenizer: null,
  graphs: [],
  shards: [],
  files: [] as readonly ManifestFile[],
};

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A file as bundle.json lists it. */
export function listed(path: string, bytes: Uint8Array): ManifestFile {
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(hashOf(bytes.subarray(at, at + chunkBytes)));
  return { path, bytes: bytes.length, sha256: hashOf(bytes), chunks };
}

/** Bytes of which no stretch is like another. */
export function distinctBytes(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let at = 0; at < words.length; at += 1) words[at] = Math.imul(at, 0x9e3779b1);
  return new Uint8Array(words.buffer).subarray(0, length);
}
