/** A bundle that ships, with shards so large that they are read in pieces: bytes that no graph asks for stand at their ends. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeSha256 } from '../../cli/bundle-sink.ts';
import { alignedOffset, manifestFile, parseManifest, writeManifest } from '../../model/bundle/manifest.ts';
import { distinctBytes, listed } from './tiny-manifest.ts';

const paddingBytes = 20 * 2 ** 20;

/** Copies a bundle to `to`, these shards of it padded. */
export async function writePaddedBundle(from: string, to: string, padded: readonly string[]): Promise<void> {
  await cp(from, to, { recursive: true });
  const manifest = parseManifest(await readFile(join(from, manifestFile)));
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const shards = [];
  for (const shard of manifest.shards) {
    if (!padded.includes(shard.file)) {
      shards.push(shard);
      continue;
    }
    const offset = alignedOffset(shard.bytes);
    const bytes = new Uint8Array(offset + paddingBytes);
    bytes.set(await readFile(join(from, shard.file)));
    bytes.set(distinctBytes(paddingBytes), offset);
    await writeFile(join(to, shard.file), bytes);
    files.set(shard.file, listed(shard.file, bytes));
    const tensor = { name: 'padding', type: 'uint8', shape: [paddingBytes], offset, bytes: paddingBytes } as const;
    shards.push({ ...shard, bytes: bytes.length, tensors: [...shard.tensors, tensor] });
  }
  await writeFile(
    join(to, manifestFile),
    writeManifest({ ...manifest, shards, files: [...files.values()] }, nodeSha256),
  );
}
