/**
 * Keeps the page for use without a network, takes what other apps share with it, and adds the security headers where a host cannot
 * send them, to workers' scripts too. The build writes the headers of `_headers` into it, and in front of it which files there are.
 */
import rules from 'virtual:headers';
import { Keeper } from './keeper.ts';
import { KeptFiles } from './kept-files.ts';
import { Notes } from './notes.ts';
import type { Question, Questions, Release, ReleaseLock } from './protocol.ts';
import { SharedPictures } from './shared-pictures.ts';

declare const self: ServiceWorkerGlobalScope & { readonly release: Release };

const base = self.registration.scope;
const notes = new Notes(caches, base);
const shared = new SharedPictures(caches, base);
const keeper = new Keeper({
  release: self.release,
  base,
  files: new KeptFiles(caches, base),
  notes,
  fetch: (request, init) => fetch(request, init),
  isInUse: async (version) => {
    const name: ReleaseLock = `nexus-gen release ${version}`;
    const { held = [] } = await navigator.locks.query();
    return held.some((lock) => lock.name === name);
  },
});

self.addEventListener('install', (event) => {
  // The first one answers at once, so that what the page fetches can be kept; a later one only when it has all of its release.
  event.waitUntil(self.registration.active === null ? self.skipWaiting() : keepBeforeTakingOver());
});

async function keepBeforeTakingOver(): Promise<void> {
  // Where there is no room the host's own files serve; files that are missing will be there at the next try.
  if ((await keeper.keep()) === 'not yet') throw new Error('a file of the new version did not come');
}

self.addEventListener('activate', (event) => {
  const noted = notes.writeRelease(self.release).catch(() => undefined);
  event.waitUntil(noted.then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const folder = new URL(base).pathname;
  if (origin !== self.location.origin || !pathname.startsWith(folder)) return;
  const path = pathname.slice(folder.length);
  if (request.method === 'POST' && path === 'share') return event.respondWith(shared.take(request));
  // A stretch of a file goes past untouched.
  if (request.method !== 'GET' || request.headers.has('Range')) return;
  const answer = answerFor(path, event);
  if (answer !== null) event.respondWith(answer.then((response) => withHeaders(response, path)));
});

/** Null for what is none of the page's own files, as shards of other models. */
function answerFor(path: string, event: FetchEvent): Promise<Response> | null {
  const { request } = event;
  const ask = () => fetch(request);
  const until = (work: Promise<unknown>) => event.waitUntil(work);
  if (path === 'models/index.json') return keeper.modelList(ask);
  if (request.mode === 'navigate' && (path === '' || path === 'index.html')) return keeper.page(ask, until);
  if (keeper.has(path)) return keeper.file(path, ask, until);
  if (path.startsWith('assets/')) return keeper.earlier(path).then((kept) => kept ?? ask());
  // The policy is that of documents and workers.
  const needsPolicy = request.mode === 'navigate' || ['worker', 'sharedworker'].includes(request.destination);
  return needsPolicy ? ask() : null;
}

function withHeaders(response: Response, path: string): Response {
  // A redirect, an error or "not modified" is passed on: a response without a body cannot be made anew.
  const isOwn = response.type === 'basic' || response.type === 'default';
  if (!isOwn || [204, 205, 304].includes(response.status)) return response;
  const headers = new Headers(response.headers);
  // A later rule counts over those before it.
  for (const [pattern, ofRule] of rules) {
    if (new RegExp(pattern).test(`/${path}`)) for (const [name, value] of ofRule) headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

self.addEventListener('message', (event) => {
  const question: Question = event.data;
  const [port] = event.ports;
  event.waitUntil(answerTo(question).then((answer) => port?.postMessage(answer)));
});

type Answer = ReturnType<Questions[keyof Questions]>;

async function answerTo([name, about]: Question): Promise<Answer> {
  switch (name) {
    case 'version':
      return self.release.version;
    case 'keep':
      return keepAndSweep();
    case 'shared':
      return shared.read(about);
    case 'received':
      await shared.letGo(about);
      return null;
    case 'takeOver':
      await self.skipWaiting();
      return null;
  }
}

async function keepAndSweep(): Promise<Answer> {
  const state = await keeper.keep();
  const { installing, waiting } = self.registration;
  // What a newer release is about to need is not let go.
  if (state === 'whole' && installing === null && waiting === null) await keeper.sweep().catch(() => undefined);
  return state;
}
