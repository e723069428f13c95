import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';

/** A file of a folder served to the page. */
export interface ServedFile {
  readonly path: string;
  readonly size: number;
}

/** A folder served over HTTP, by its list of files. */
export function httpFolder(base: string, files: readonly ServedFile[]): SourceFolder {
  return {
    list: async () => files.map((file) => file.path),
    async open(path) {
      const found = files.find((file) => file.path === path);
      if (found === undefined) return fail('FILE_UNREADABLE', { file: path, problem: 'no-file', reason: '' });
      const { size } = found;
      return {
        name: path,
        size,
        async read(offset, length) {
          if (offset < 0 || length < 0 || offset + length > size) {
            fail('FILE_TRUNCATED', { file: path, needed: offset + length, size });
          }
          if (length === 0) return new Uint8Array(0);
          const headers = { Range: `bytes=${offset}-${offset + length - 1}` };
          const response = await fetch(new URL(path, base), { headers });
          if (response.status !== 206)
            fail('FILE_UNREADABLE', { file: path, problem: 'other', reason: `HTTP ${response.status}` });
          return new Uint8Array(await response.arrayBuffer());
        },
      };
    },
  };
}
