/** SHA-256 of bytes that come one after the other: a browser's own takes all of them at once. */
import { createSHA256 } from 'hash-wasm';
import type { Sha256Maker } from '../../model/bundle/hashes.ts';

/** Hashes in progress share one instance of wasm, which takes up the state of whichever is asked. */
export async function loadSha256(): Promise<Sha256Maker> {
  const hasher = await createSHA256();
  return () => {
    let state = hasher.init().save();
    return {
      update(bytes) {
        state = hasher.load(state).update(bytes).save();
      },
      digest: () => hasher.load(state).digest('hex'),
    };
  };
}
