/** SHA-256 of bytes that come one after the other: a browser's own takes all of them at once. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Sha256Maker } from '../../model/bundle/hashes.ts';

export const browserSha256: Sha256Maker = () => {
  const hash = sha256.create();
  return { update: (bytes) => void hash.update(bytes), digest: () => bytesToHex(hash.digest()) };
};
