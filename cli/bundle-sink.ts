/** Where the terminal's converter writes: a folder of this machine. */
import { createHash, webcrypto } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileHashing, Sha256Maker } from '../model/bundle/hashes.ts';
import { manifestFile } from '../model/bundle/manifest.ts';
import type { BundleSink, BundleWriter } from '../model/bundle/sink.ts';
import { openFolder } from './files.ts';
import { unfinishedIn } from './leftovers.ts';
import { notWritten, requireWritable, writeAll, writeWhole } from './whole-file.ts';

export const nodeSha256: Sha256Maker = () => {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
};

export const nodeHashing: FileHashing = {
  sha256: nodeSha256,
  // In a thread of Node's own.
  digest: async (bytes) => Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex'),
};

/**
 * Makes the folder if need be, tries to write in it, and removes what a killed conversion left unfinished. A file has its name
 * only when it is whole and flushed to the disk.
 *
 * @throws WRITE_FAILED, OUTPUT_REFUSED
 */
export async function openSink(root: string): Promise<BundleSink> {
  const name = basename(root);
  await writing(name, () => mkdir(root, { recursive: true }));
  await requireWritable([join(root, manifestFile)], 'replace');
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
  const unfinished = unfinishedIn(dirname(path));
  const handle = await writing(name, () => open(unfinished, 'wx'));
  return {
    write: (bytes) => writing(name, () => writeAll(handle, bytes)),
    close: () =>
      writing(name, async () => {
        try {
          try {
            await handle.sync();
          } finally {
            await handle.close();
          }
          await rename(unfinished, path);
        } finally {
          await rm(unfinished, { force: true }).catch(() => undefined);
        }
      }),
    abandon: () =>
      writing(name, async () => {
        await handle.close();
        await rm(unfinished, { force: true });
      }),
  };
}

async function writing<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    return notWritten(file, error);
  }
}
