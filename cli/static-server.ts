/** A static file server: folders under path prefixes, byte ranges, nothing outside the folders. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface StaticSite {
  /** Starts and ends with a slash; the first site whose prefix fits answers. */
  readonly prefix: string;
  readonly folder: string;
  /** Headers of one path, beside those of its type. */
  headers(path: string): Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export function serveFolders(sites: readonly StaticSite[]): RequestListener {
  return (request, response) => {
    answer(sites, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.destroy();
    });
  };
}

async function answer(sites: readonly StaticSite[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  const path = decodedPath(request.url ?? '/');
  const site = path === undefined ? undefined : sites.find((candidate) => path.startsWith(candidate.prefix));
  if (path === undefined || site === undefined) return refuse(response, 404);
  const inside = path.slice(site.prefix.length);
  const file = join(site.folder, inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside);
  const status = await stat(file).catch(() => undefined);
  if (status === undefined || !status.isFile()) return refuse(response, 404);

  const range = byteRange(request.headers.range, status.size);
  if (range === 'outside') return refuse(response, 416);
  const { first, last } = range ?? { first: 0, last: status.size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    'Content-Length': last - first + 1,
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${first}-${last}/${status.size}` }),
    ...site.headers(path),
  });
  if (request.method === 'HEAD' || status.size === 0) response.end();
  else await pipeline(createReadStream(file, { start: first, end: last }), response);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'text/plain' });
  response.end(String(status));
}

/** The request's path, or undefined where it is malformed or leads out of a folder. */
export function decodedPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0] ?? '/');
    const steps = normalize(path).split(sep);
    return path.startsWith('/') && !path.includes('\0') && !steps.includes('..') && !path.split('/').includes('..')
      ? path
      : undefined;
  } catch {
    return undefined;
  }
}

/** One range of a Range header: undefined where there is none or it is none that has to be honoured. */
export function byteRange(
  header: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | 'outside' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const suffix = match[1] === '';
  const first = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const last = suffix || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  return first > last || first >= size ? 'outside' : { first, last };
}

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on this machine alone, on `port` or the next free one; 0 takes any. */
export async function listenOnFreePort(listener: RequestListener, port: number): Promise<Listening> {
  for (let candidate = port; candidate < 65_536; candidate += 1) {
    const server = createServer(listener);
    const taken = await listen(server, candidate);
    if (taken) continue;
    const address = server.address();
    return {
      port: typeof address === 'object' && address !== null ? address.port : candidate,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  }
  throw new Error(`no free port from ${port} on`);
}

/** Whether the port is taken; any other failure to listen is thrown. */
function listen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true);
      else reject(error);
    });
    server.listen(port, 'localhost', () => resolve(false));
  });
}
