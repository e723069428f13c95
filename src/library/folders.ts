/** Folders of this machine, as far as a browser opens them to a page. */
import type { InstallSource } from '../../workers/library/protocol.ts';

type FolderUse = 'read' | 'readwrite';

/** TypeScript's library lacks it, and so do some browsers. */
interface FolderPicker {
  showDirectoryPicker?(options: { readonly id: string; readonly mode: FolderUse }): Promise<FileSystemDirectoryHandle>;
}

/** Of those browsers, what a folder's handle answers. */
interface AskedHandle {
  queryPermission?(use: { readonly mode: FolderUse }): Promise<PermissionState>;
  requestPermission?(use: { readonly mode: FolderUse }): Promise<PermissionState>;
}

/** Asks the person for a folder; where the browser opens none to a page, for the files in one. Null where none is chosen. */
export async function openFolder(): Promise<InstallSource | null> {
  const picker = globalThis as FolderPicker;
  if (picker.showDirectoryPicker === undefined) return filesOf(await chosenFiles());
  const handle = await chosenFolder('read');
  return handle && { kind: 'directory', handle };
}

/** Whether this browser lets a page write to a folder. */
export function opensFolders(): boolean {
  return (globalThis as FolderPicker).showDirectoryPicker !== undefined;
}

/** Asks the person for a folder. Null where none is chosen. */
export async function chosenFolder(mode: FolderUse): Promise<FileSystemDirectoryHandle | null> {
  try {
    return (await (globalThis as FolderPicker).showDirectoryPicker?.({ id: 'models', mode })) ?? null;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

/** Has the browser ask the person for a folder of an earlier visit, where it has to. What they answer shows when it is used. */
export async function askForFolder(folder: FileSystemDirectoryHandle & AskedHandle, mode: FolderUse): Promise<void> {
  if ((await folder.queryPermission?.({ mode })) === 'prompt') await folder.requestPermission?.({ mode });
}

function chosenFiles(): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.webkitdirectory = true;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** By their path in the chosen folder. */
function filesOf(files: readonly File[]): InstallSource | null {
  const [first] = files;
  if (first === undefined) return null;
  const [name = ''] = first.webkitRelativePath.split('/');
  const inside = (file: File) => file.webkitRelativePath.slice(name.length + 1);
  return { kind: 'files', name, files: files.map((file) => ({ path: inside(file), file })) };
}
