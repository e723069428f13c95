/**
 * Clearing everything that this page keeps. It is asked for by a note and done at the next start, before anything is opened: no worker
 * of the page holds a file then, and a browser that is killed meanwhile goes on with it. Other tabs are loaded anew, and wait.
 */
const prefix = 'nexus-gen';
const noteKey = 'nexus-gen clearing';
const lockName = 'nexus-gen clearing';
/** Each tab's storage worker holds one (workers/storage/tabs-alive.ts). */
const tabLocks = 'nexus-gen tab ';
/** Of the versions before the log, and of the folders that models were moved to: the files in them are the person's. */
const databases = ['nexus-gen', 'nexus-gen folders'];
const folders = ['chats', 'pictures', 'models'];

/** How often, and how far apart, what another tab still holds is tried again. */
const attempts = 25;
const betweenMs = 200;

/** Before the page is loaded anew. */
export function askToClear(): void {
  forgetItems();
  localStorage.setItem(noteKey, 'asked');
}

/** Loads this page anew where another tab of it is clearing everything. */
export function followClearing(): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === noteKey && newValue !== null) location.reload();
  });
}

/** Answers with whether all of it is gone; null where nobody asked. A tab that comes while another one clears waits for it. */
export async function clearWhereAsked(): Promise<'all' | 'some' | null> {
  if (!isAsked()) return null;
  return navigator.locks.request(lockName, async () => {
    if (!isAsked()) return null;
    await others();
    const isWhole = await removeAll();
    forgetItems();
    return isWhole ? 'all' : 'some';
  });
}

function isAsked(): boolean {
  try {
    return localStorage.getItem(noteKey) !== null;
  } catch {
    return false;
  }
}

/** The note too: what cannot be removed now is told, and not tried at every start. */
function forgetItems(): void {
  for (const area of [localStorage, sessionStorage])
    for (const key of Object.keys(area)) if (key.startsWith(prefix)) area.removeItem(key);
}

/** Waits until no other tab has the storage open, as long as that can be expected to take. */
async function others(): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { held = [] } = await navigator.locks.query();
    if (!held.some(({ name = '' }) => name.startsWith(tabLocks))) return;
    await pause();
  }
}

async function removeAll(): Promise<boolean> {
  const root = await navigator.storage.getDirectory().catch(() => null);
  const removals =
    root === null ? [] : folders.map((name) => removed(() => root.removeEntry(name, { recursive: true })));
  const gone = await Promise.all([...removals, removed(removeCaches)]);
  for (const database of databases) indexedDB.deleteDatabase(database);
  return gone.every(Boolean);
}

/** A worker that has just ended may hold its files for moments. */
async function removed(remove: () => Promise<void>): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      await remove();
      return true;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotFoundError') return true;
      await pause();
    }
  }
  return false;
}

/** Those of this page: another one of the same host has its own. */
async function removeCaches(): Promise<void> {
  const scope = new URL('.', document.baseURI).href;
  const names = await caches.keys();
  const own = names.filter((name) => name.startsWith(prefix) || name.includes(scope));
  await Promise.all(own.map((name) => caches.delete(name)));
}

const pause = () => new Promise((resolve) => setTimeout(resolve, betweenMs));
