/** Folders of this machine, as far as a browser opens them to a page. */
import type { InstallSource } from '../../workers/library/protocol.ts';

/** TypeScript's library lacks it, and so do some browsers. */
interface FolderPicker {
  showDirectoryPicker?(options: { readonly id: string }): Promise<FileSystemDirectoryHandle>;
}

/** Asks the person for a folder; where the browser opens none to a page, for the files in one. Null where none is chosen. */
export async function openFolder(): Promise<InstallSource | null> {
  const picker = globalThis as FolderPicker;
  if (picker.showDirectoryPicker === undefined) return filesOf(await chosenFiles());
  try {
    return { kind: 'directory', handle: await picker.showDirectoryPicker({ id: 'models' }) };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
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
