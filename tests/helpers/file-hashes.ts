/** SHA-256 of files by name: of a folder on the disk, and of one in a page's private file system. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { hashOf } from './tiny-manifest.ts';

/** The bundle that the tests' pages are served with, which the terminal's converter made of the same checkpoint. */
export const tinyFolder = fileURLToPath(new URL('../../.cache/browser-models/tiny/', import.meta.url));

export async function hashesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const hashed = async (name: string) => [name, hashOf(await readFile(join(folder, name)))] as const;
  return Object.fromEntries(await Promise.all((await readdir(folder)).map(hashed)));
}

/** Hashes of the files below a folder of the private file system, but for the library's own log. */
export function hashesBelow(page: Page, name: string): Promise<Readonly<Record<string, string>>> {
  return page.evaluate(async (path) => {
    const hashes: Record<string, string> = {};
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const [entry, handle] of folder.entries()) {
        if (handle instanceof FileSystemDirectoryHandle) await walk(handle);
        if (!(handle instanceof FileSystemFileHandle) || entry === 'library.log') continue;
        const bytes = await (await handle.getFile()).arrayBuffer();
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        hashes[entry] = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      }
    };
    await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle(path));
    return hashes;
  }, name);
}
