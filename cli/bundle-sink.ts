/** Where the terminal's converter writes: a folder of this machine. */
import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Sha256Maker } from '../model/bundle/hashes.ts';
import type { BundleSink, BundleWriter } from '../model/bundle/sink.ts';
import { FailureError, fail } from '../model/failure.ts';
import { openFolder } from './files.ts';
import { writeWhole } from './whole-file.ts';

export const nodeSha256: Sha256Maker = () => {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
};

/** Makes the folder if need be. Every file is flushed to the disk before it counts as written. */
export async function openSink(root: string): Promise<BundleSink> {
  const name = basename(root);
  await writing(name, () => mkdir(root, { recursive: true }));
  const sink: BundleSink = {
    name,
    folder: openFolder(root),
    create: (path) => createFile(join(root, path), path),
    publish: (path, bytes) => writeWhole(join(root, path), bytes, 'replace'),
    remove: (path) => writing(path, () => rm(join(root, path), { force: true })),
  };
  return sink;
}

async function createFile(path: string, name: string): Promise<BundleWriter> {
  const handle = await writing(name, () => open(path, 'w'));
  return {
    write: (bytes) =>
      writing(name, async () => {
        for (let written = 0; written < bytes.length; ) {
          const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
          if (bytesWritten === 0) fail('WRITE_FAILED', { file: name, reason: 'short write' });
          written += bytesWritten;
        }
      }),
    close: () =>
      writing(name, async () => {
        try {
          await handle.sync();
        } finally {
          await handle.close();
        }
      }),
  };
}

async function writing<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FailureError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return fail('WRITE_FAILED', { file, reason });
  }
}
