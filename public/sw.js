/**
 * Adds the security headers where a host cannot send them; workers get theirs this way. It caches nothing.
 * The page registers it only where the headers are missing; the list is that of `_headers`, which lies beside it.
 */
const headers = fetch(new URL('_headers', self.registration.scope))
  .then((response) => (response.ok ? response.text() : ''))
  .then((text) =>
    text
      .split('\n')
      .filter((line) => /^\s+[\w-]+:/.test(line))
      .map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]),
  );

self.addEventListener('install', (event) => event.waitUntil(headers.then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const own = new URL(request.url).origin === self.location.origin;
  if (own && request.method === 'GET') event.respondWith(answer(request));
});

async function answer(request) {
  const response = await fetch(request);
  // A redirect, an error or "not modified" is passed on: a response without a body cannot be made anew.
  if (response.type !== 'basic' || [204, 205, 304].includes(response.status)) return response;
  const merged = new Headers(response.headers);
  for (const [name, value] of await headers) merged.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers: merged });
}
