/** The folder of this machine that a model is taken from. Where it is gone that is told, and not that a file of it is missing. */
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { FailureError, failure } from '../../model/failure.ts';
import { openDirectory } from '../bundle/file-folder.ts';
import { folderTrouble } from './move-failures.ts';

/** Its functions throw SOURCE_UNREACHED, and what `openDirectory` throws. */
export function givenFolder(handle: FileSystemDirectoryHandle): SourceFolder {
  const folder = openDirectory(handle);
  const reading = <Result>(read: () => Promise<Result>): Promise<Result> =>
    read().catch(async (error: unknown) => {
      const isGone = (await folderTrouble(error, handle)) === 'FOLDER_UNREACHED';
      throw isGone ? new FailureError(failure('SOURCE_UNREACHED', { folder: handle.name })) : error;
    });
  return {
    list: () => reading(() => folder.list()),
    open: (path) =>
      reading(async () => {
        const source = await folder.open(path);
        return { ...source, read: (...asked) => reading(() => source.read(...asked)) };
      }),
  };
}
