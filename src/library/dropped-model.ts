/** A model that is dropped on the page: its folder, or files of it. */
import { FailureError, failure } from '../../model/failure.ts';
import type { InstallSource } from '../../workers/library/protocol.ts';
import type { GivenFile } from '../../workers/protocol.ts';

/** To be called while the drop is handled: afterwards a transfer is empty. Null where it holds neither a folder nor a model's file. */
export function droppedModel(transfer: DataTransfer): Promise<InstallSource> | null {
  const entries = [...transfer.items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []));
  const isModel = entries.some(
    (entry) => isFolder(entry) || /\.(safetensors|bin|onnx)$|^bundle\.json$/.test(entry.name),
  );
  return isModel ? sourceOf(entries) : null;
}

/** Paths in a folder that was dropped alone, as if it had been opened. */
async function sourceOf(entries: readonly FileSystemEntry[]): Promise<InstallSource> {
  const [first] = entries;
  const isAlone = entries.length === 1 && first !== undefined && isFolder(first);
  const files = await filesIn(isAlone ? await entriesIn(first) : entries, '');
  return { kind: 'files', name: first?.name ?? '', files };
}

async function filesIn(entries: readonly FileSystemEntry[], below: string): Promise<readonly GivenFile[]> {
  const files: GivenFile[] = [];
  for (const entry of entries) {
    const path = below + entry.name;
    if (isFolder(entry)) files.push(...(await filesIn(await entriesIn(entry), `${path}/`)));
    else if (isFile(entry))
      files.push({ path, file: await reading(entry, (take, refuse) => entry.file(take, refuse)) });
  }
  return files;
}

async function entriesIn(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // They come some at a time, and at last none.
  for (;;) {
    const some = await reading<FileSystemEntry[]>(folder, (take, refuse) => reader.readEntries(take, refuse));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function reading<Result>(
  { name }: FileSystemEntry,
  read: (take: (result: Result) => void, refuse: (error: DOMException) => void) => void,
): Promise<Result> {
  return new Promise((resolve, reject) =>
    read(resolve, ({ name: reason }) => {
      const problem = reason === 'NotFoundError' ? 'nothing' : 'other';
      reject(new FailureError(failure('FILE_UNREADABLE', { file: name, problem, reason })));
    }),
  );
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
