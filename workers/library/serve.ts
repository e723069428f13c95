/** The library worker's functions, over what a browser gives a worker. */
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { openDirectory, openFiles } from '../bundle/file-folder.ts';
import { outcomeOf } from '../serve.ts';
import { type BundleFiles, filesAtAddress, filesInFolder } from './bundle-files.ts';
import { askOf, folderAddress } from './hosts.ts';
import { Library, type LibraryGround } from './library.ts';
import { openLibraryDisk } from './opfs-disk.ts';
import type { InstallSource, LibraryEvent, LibrarySaying, LibraryWorker } from './protocol.ts';

const channelName = 'nexus-gen library';

export function serveLibrary(
  tell: (saying: LibrarySaying['library']) => void,
  conversionTools: LibraryGround['conversionTools'],
): LibraryWorker {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = ({ data }: MessageEvent<LibraryEvent>) => tell({ event: data, from: 'elsewhere' });
  const opened = openLibrary((event) => {
    tell({ event, from: 'here' });
    channel.postMessage(event);
  }, conversionTools);
  opened.catch(() => undefined);
  const ask = <Result>(question: (library: Library) => Promise<Result>) =>
    outcomeOf(async () => question(await opened));
  return {
    list: (device) => ask((library) => library.list(device)),
    look: (source, device) => ask((library) => library.look(source, device)),
    install: (source, sha256) => ask((library) => library.install(source, sha256)),
    resume: (key) => ask((library) => library.resume(key)),
    pause: (key) =>
      ask(async (library) => {
        library.pause(key);
        return null;
      }),
    verify: (key) => ask((library) => library.verify(key)),
    remove: (key) =>
      ask(async (library) => {
        await library.remove(key);
        return null;
      }),
  };
}

async function openLibrary(
  tell: (event: LibraryEvent) => void,
  conversionTools: LibraryGround['conversionTools'],
): Promise<Library> {
  const disk = await openLibraryDisk(await navigator.storage.getDirectory());
  const library = new Library({
    disk,
    locks: navigator.locks,
    filesOf,
    folderOf,
    conversionTools,
    tell,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    now: () => Date.now(),
    stored: async () => (await navigator.storage.estimate()).usage ?? null,
  });
  await library.sweep();
  return library;
}

function filesOf(source: InstallSource): BundleFiles {
  switch (source.kind) {
    case 'address': {
      const { origin } = location;
      const base = folderAddress(source.address, origin);
      return filesAtAddress(base, askOf(new Set([base.host, ...source.hosts]), origin, fetch));
    }
    case 'directory':
      return filesInFolder(openDirectory(source.handle));
    case 'files':
      return filesInFolder(openFiles(source.files));
  }
}

function folderOf(source: InstallSource): SourceFolder | null {
  switch (source.kind) {
    case 'address':
      return null;
    case 'directory':
      return openDirectory(source.handle);
    case 'files':
      return openFiles(source.files);
  }
}
