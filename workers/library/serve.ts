/** The library worker's functions, over what a browser gives a worker. */
import type { Sha256Maker } from '../../model/bundle/hashes.ts';
import { openFiles } from '../bundle/file-folder.ts';
import type { Ask } from '../download.ts';
import { outcomeOf } from '../serve.ts';
import { type BundleFiles, filesAtAddress, filesInFolder } from './bundle-files.ts';
import { type Checkpoint, checkpointInFolder } from './checkpoint.ts';
import { checkpointAtAddress } from './checkpoint-at-address.ts';
import type { OpenTools } from './conversion.ts';
import { folderHandles } from './folder-handles.ts';
import { givenFolder } from './given-folder.ts';
import type { LibraryGround } from './ground.ts';
import { allowedHosts, askOf, folderAddress, keyOf, officialBase, type RemoteSource } from './hosts.ts';
import { Library } from './library.ts';
import { officialCheckpoint } from './official-files.ts';
import { officialLayouts } from './official-layouts.ts';
import { openLibraryDisk } from './opfs-disk.ts';
import type { InstallSource, LibraryEvent, LibrarySaying, LibraryWorker } from './protocol.ts';
import { publishedFacts } from './published-facts.ts';
import { loadSha256 } from './sha256-in-pieces.ts';

const channelName = 'nexus-gen library';

/** What a worker loads when it is needed. */
interface Loaded extends Pick<LibraryGround, 'openTokenizer'> {
  readonly conversionTools: (sha256: Sha256Maker) => Promise<OpenTools>;
}

export function serveLibrary(tell: (saying: LibrarySaying['library']) => void, loaded: Loaded): LibraryWorker {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = ({ data }: MessageEvent<LibraryEvent>) => tell({ event: data, from: 'elsewhere' });
  const opened = openLibrary((event) => {
    tell({ event, from: 'here' });
    channel.postMessage(event);
  }, loaded);
  opened.catch(() => undefined);
  const ask = <Result>(question: (library: Library) => Promise<Result>) =>
    outcomeOf(async () => question(await opened));
  return {
    list: (device) => ask((library) => library.list(device)),
    published: (device) => ask(async () => publishedFacts(device)),
    look: (source, device) => ask((library) => library.look(source, device)),
    wordsLengths: (source, texts) => ask((library) => library.wordsLengths(source, texts)),
    install: (source, sha256, wanted, negativeTexts) =>
      ask((library) => library.install(source, sha256, wanted, negativeTexts)),
    resume: (key) => ask((library) => library.resume(key)),
    pause: (key) =>
      ask(async (library) => {
        library.pause(key);
        return null;
      }),
    readingRate: (key) => ask((library) => library.readingRate(key)),
    verify: (key) => ask((library) => library.verify(key)),
    remove: (key) =>
      ask(async (library) => {
        await library.remove(key);
        return null;
      }),
    move: (key, to) => ask((library) => library.move(key, to)),
    cancelMove: (key) =>
      ask(async (library) => {
        await library.cancelMove(key);
        return null;
      }),
    showFolder: (key, handle) =>
      ask(async (library) => {
        await library.showFolder(key, handle);
        return null;
      }),
  };
}

async function openLibrary(
  tell: (event: LibraryEvent) => void,
  { conversionTools, openTokenizer }: Loaded,
): Promise<Library> {
  const sha256 = await loadSha256();
  const disk = await openLibraryDisk(await navigator.storage.getDirectory());
  const library = new Library({
    disk,
    locks: navigator.locks,
    handles: folderHandles,
    filesOf,
    checkpointOf,
    sha256,
    conversionTools: () => conversionTools(sha256),
    openTokenizer,
    tell,
    wait,
    now: () => Date.now(),
    stored: async () => (await navigator.storage.estimate()).usage ?? null,
  });
  await library.sweep();
  return library;
}

function filesOf(source: InstallSource): BundleFiles | null {
  switch (source.kind) {
    case 'address':
      return filesAtAddress(folderAddress(source.address, location.origin), asking(source));
    case 'official':
      return null;
    case 'directory':
      return filesInFolder(givenFolder(source.handle));
    case 'files':
      return filesInFolder(openFiles(source.files));
  }
}

async function checkpointOf(source: InstallSource): Promise<Checkpoint | null> {
  switch (source.kind) {
    case 'address':
      return checkpointAtAddress(folderAddress(source.address, location.origin), { ask: asking(source), wait });
    case 'official': {
      const layout = officialLayouts[source.layout];
      return officialCheckpoint(layout, officialBase(source, location.origin), { ask: asking(source), wait });
    }
    case 'directory':
      return checkpointInFolder(givenFolder(source.handle));
    case 'files':
      return checkpointInFolder(openFiles(source.files));
  }
}

function asking(source: RemoteSource): Ask {
  return askOf(allowedHosts(source, location.origin), location.origin, fetch, keyOf(source));
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
