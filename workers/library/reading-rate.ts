/** How fast a model's files are read where they lie: streamed weights are waited for so long. */
import { openDirectory } from '../bundle/file-folder.ts';
import { filesInFolder } from './bundle-files.ts';
import type { LibraryGround } from './ground.ts';
import type { ModelFolder } from './model-folder.ts';
import { movedTo } from './moved-model.ts';

/** Bytes a second of its largest file, for two seconds at most; null where none can be read. What the system holds of it in memory comes faster. */
export async function readingRate(
  found: ModelFolder,
  { disk, handles }: Pick<LibraryGround, 'disk' | 'handles'>,
): Promise<number | null> {
  const [largest] = [...(found.description?.manifest.files ?? [])].sort((left, right) => right.bytes - left.bytes);
  if (largest === undefined) return null;
  if (movedTo(found) === null) {
    const files = disk.reading(found.key);
    return filesInFolder(files)
      .rate(largest)
      .finally(() => files.close());
  }
  const handle = await handles.get(found.key);
  return handle === null ? null : filesInFolder(openDirectory(handle)).rate(largest);
}
