/** A server of files in memory that answers byte ranges, and can be made to answer otherwise. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers in the server's place; false where it leaves the answer to the server. */
export type Meddling = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

export class RangeServer {
  readonly files: Map<string, Uint8Array>;
  /** Each request: path, and the range asked for. */
  readonly asked: { readonly path: string; readonly first: number; readonly last: number }[] = [];
  readonly requests: IncomingMessage[] = [];
  meddle: Meddling = () => false;
  readonly #server: Server;

  private constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.files = new Map(files);
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(files: ReadonlyMap<string, Uint8Array>): Promise<RangeServer> {
    const server = new RangeServer(files);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get base(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(request.url ?? '/', this.base).pathname.slice(1));
    this.requests.push(request);
    const bytes = this.files.get(path);
    const [first, last] = rangeOf(request) ?? [0, (bytes?.length ?? 0) - 1];
    this.asked.push({ path, first, last });
    if (this.meddle(request, response, path)) return;
    if (bytes === undefined) return void response.writeHead(404).end();
    response.setHeader('ETag', etagOf(bytes));
    if (rangeOf(request) === null) return void response.end(bytes);
    if (first >= bytes.length) return void response.writeHead(416).end();
    const end = Math.min(last, bytes.length - 1);
    response.writeHead(206, { 'Content-Range': `bytes ${first}-${end}/${bytes.length}` });
    response.end(bytes.subarray(first, end + 1));
  }
}

export function rangeOf({ headers }: IncomingMessage): readonly [first: number, last: number] | null {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return first === undefined ? null : [Number(first), Number(last)];
}

export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
}
