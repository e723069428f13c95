/**
 * A static file server for this machine: folders under path prefixes, nothing outside of them; byte ranges, validators,
 * compressed texts. A request that names another host is refused: a page of elsewhere may have made its own name lead here.
 */
import { createReadStream, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './command.ts';
import { CompressedFiles, isCompressible } from './compression.ts';
import { byteRange, chosenEncoding, isKnown, isOwnHost, rangeHolds, type Version } from './http-answer.ts';

export interface StaticSite {
  /** Starts and ends with a slash; the first site whose prefix fits answers. */
  readonly prefix: string;
  readonly folder: string;
  /** The file that stands for a folder's address; absent: index.html. */
  readonly index?: string;
  /** Absent: a link is as good as no file, so that nothing outside of the folder is served. */
  readonly links?: 'followed';
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
  const compressed = new CompressedFiles();
  return (request, response) => {
    answer(sites, compressed, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.destroy();
    });
  };
}

interface Found {
  /** Where the file lies, links followed. */
  readonly file: string;
  readonly status: Stats;
  readonly headers: Readonly<Record<string, string>>;
}

async function answer(
  sites: readonly StaticSite[],
  compressed: CompressedFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = decodedPath(request.url ?? '/');
  const site = sites.find(({ prefix }) => (path ?? '/').startsWith(prefix));
  const refuse = (status: number, headers: Readonly<Record<string, string>> = {}) => {
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      ...site?.headers(path ?? '/'),
      'Cache-Control': 'no-store',
      ...headers,
    });
    response.end(`${status}\n`);
  };
  if (!isOwnHost(request.headers.host)) return refuse(421);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, { Allow: 'GET, HEAD' });
  const found = path === undefined || site === undefined ? undefined : await findFile(site, path);
  if (found === undefined) return refuse(404);
  if (byteRangeOf(request, found) === 'outside')
    return refuse(416, { 'Content-Range': `bytes */${found.status.size}` });
  return send(found, compressed, request, response);
}

async function findFile(site: StaticSite, path: string): Promise<Found | undefined> {
  const inside = path.slice(site.prefix.length);
  const name = inside === '' || inside.endsWith('/') ? `${inside}${site.index ?? 'index.html'}` : inside;
  try {
    const folder = await realpath(site.folder);
    const file = await realpath(join(folder, name));
    if (site.links !== 'followed' && file !== join(folder, name)) return undefined;
    const status = await stat(file);
    return status.isFile() ? { file, status, headers: site.headers(path) } : undefined;
  } catch {
    return undefined;
  }
}

/** A range is one of the file's own bytes, for GET alone. */
function byteRangeOf({ method, headers }: IncomingMessage, { status }: Found): ReturnType<typeof byteRange> {
  return method === 'GET' && rangeHolds(headers, versionOf(status, ''))
    ? byteRange(headers.range, status.size)
    : undefined;
}

async function send(
  { file, status, headers }: Found,
  compressed: CompressedFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const type = types[extname(file)] ?? 'application/octet-stream';
  const isText = isCompressible(type, status.size);
  const encoding =
    isText && request.headers.range === undefined ? chosenEncoding(request.headers['accept-encoding']) : null;
  const version = versionOf(status, encoding ?? '');
  const common = {
    'Content-Type': type,
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
    'Last-Modified': version.modified.toUTCString(),
    ETag: version.etag,
    // Held by the browser, and asked about each time: the page may have been built anew.
    'Cache-Control': 'no-cache',
    ...(isText ? { Vary: 'Accept-Encoding' } : {}),
    ...headers,
  };
  const range = byteRangeOf(request, { file, status, headers });
  if (isKnown(request.headers, version)) {
    response.writeHead(304, common).end();
  } else if (encoding !== null) {
    const bytes = await compressed.read(file, encoding, version.etag);
    response.writeHead(200, { ...common, 'Content-Encoding': encoding, 'Content-Length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  } else {
    const { first, last } = typeof range === 'object' ? range : { first: 0, last: status.size - 1 };
    response.writeHead(range === undefined ? 200 : 206, {
      ...common,
      'Content-Length': last - first + 1,
      ...(range === undefined ? {} : { 'Content-Range': `bytes ${first}-${last}/${status.size}` }),
    });
    if (request.method === 'HEAD' || status.size === 0) response.end();
    else await pipeline(createReadStream(file, { start: first, end: last }), response);
  }
}

function versionOf({ size, mtimeMs, mtime, ino }: Stats, encoding: string): Version {
  const etag = [size, Math.round(mtimeMs * 1000), ino].map((part) => part.toString(36)).join('-');
  return { etag: `"${etag}${encoding && `-${encoding}`}"`, modified: mtime };
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

/** Whether the port is taken; any other failure to listen is thrown. Throws UsageError for one that this person may not use. */
function listen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true);
      else if (error.code === 'EACCES')
        reject(new UsageError(`port ${port} needs an administrator's rights: use 1024 or more`));
      else reject(error);
    });
    server.listen(port, 'localhost', () => resolve(false));
  });
}
