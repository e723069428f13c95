/**
 * Adds the security headers where a host cannot send them; workers get theirs this way. It caches nothing.
 * The page registers it only where the headers are missing; the build writes those of `_headers` into it.
 */
import rules from 'virtual:headers';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const isOwn = new URL(request.url).origin === self.location.origin;
  if (isOwn && request.method === 'GET') event.respondWith(answer(request));
});

async function answer(request: Request): Promise<Response> {
  const response = await fetch(request);
  // A redirect, an error or "not modified" is passed on: a response without a body cannot be made anew.
  if (response.type !== 'basic' || [204, 205, 304].includes(response.status)) return response;
  const merged = new Headers(response.headers);
  for (const [name, value] of headersOf(request)) merged.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers: merged });
}

/** Of a path from the page's own folder on; a later rule counts over those before it. */
function headersOf({ url }: Request): readonly (readonly [name: string, value: string])[] {
  const path = new URL(url).pathname.slice(new URL(self.registration.scope).pathname.length - 1);
  return rules.flatMap(([pattern, headers]) => (new RegExp(pattern).test(path) ? headers : []));
}
