/**
 * A host whose line can be cut, in front of the page's own: what lies under `/far/` it answers in byte ranges, slowly enough to
 * be cut in the middle, and counts each byte; all else comes from the site behind it.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { etagOf, rangeOf } from './range-server.ts';

const far = '/far/';
const pieceBytes = 2 ** 16;
/** 16 MB a second at most, so that little is under way when it is cut. */
const pieceMs = 4;

export class CutLineHost {
  files: ReadonlyMap<string, Uint8Array> = new Map();
  /** How often each byte of a file was sent, by its path. */
  readonly #sent = new Map<string, Uint8Array>();
  #sentBytes = 0;
  #holdAt = Number.POSITIVE_INFINITY;
  #held = (): void => undefined;
  readonly #waiting: (() => void)[] = [];
  #isCut = false;
  readonly #server: Server;
  readonly #site: number;

  private constructor(site: number) {
    this.#site = site;
    this.#server = createServer((asked, answer) => {
      const path = decodeURIComponent(new URL(asked.url ?? '/', 'http://localhost').pathname);
      if (path.startsWith(far)) void this.#answer(asked, answer, path.slice(far.length));
      else this.#pass(asked, answer);
    });
  }

  /** @param site the port of the site behind it */
  static async start(site: number): Promise<CutLineHost> {
    const host = new CutLineHost(site);
    await new Promise<void>((resolve) => host.#server.listen(0, 'localhost', resolve));
    return host;
  }

  get base(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}/`;
  }

  get farBase(): string {
    return new URL(far, this.base).href;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Bytes of files that were sent, from the last `forget` on. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Of those, bytes that had been sent before. */
  get sentAgain(): number {
    let again = 0;
    for (const counts of this.#sent.values()) for (const count of counts) again += Math.max(0, count - 1);
    return again;
  }

  forget(): void {
    this.#sent.clear();
    this.#sentBytes = 0;
  }

  /** Answers once so many bytes more were sent than now; then nothing more is, until `goOn`. */
  heldBehind(bytes: number): Promise<boolean> {
    this.#holdAt = this.#sentBytes + bytes;
    return new Promise((resolve) => {
      this.#held = () => resolve(false);
    });
  }

  /** Whatever is on its way breaks off, and nothing is answered until `goOn`. */
  cut(): void {
    this.#isCut = true;
    this.#release();
  }

  goOn(): void {
    this.#isCut = false;
    this.#holdAt = Number.POSITIVE_INFINITY;
    this.#release();
  }

  #release(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async #answer(asked: IncomingMessage, answer: ServerResponse, path: string): Promise<void> {
    if (this.#isCut) return void asked.socket.destroy();
    const bytes = this.files.get(path);
    if (bytes === undefined) return void answer.writeHead(404).end();
    const range = rangeOf(asked);
    const [first, last] = range ?? [0, bytes.length - 1];
    const end = Math.min(last + 1, bytes.length);
    answer.setHeader('ETag', etagOf(bytes));
    if (range === null) answer.writeHead(200, { 'Content-Length': bytes.length });
    else {
      const headers = { 'Content-Range': `bytes ${first}-${end - 1}/${bytes.length}`, 'Content-Length': end - first };
      answer.writeHead(206, headers);
    }
    for (let at = first; at < end; at += pieceBytes) {
      if (this.#sentBytes >= this.#holdAt) await this.#untilReleased(answer);
      const piece = bytes.subarray(at, Math.min(end, at + pieceBytes));
      if (this.#isCut || answer.destroyed) return void answer.destroy();
      this.#count(path, bytes.length, at, piece.length);
      const isTaken = answer.write(piece);
      const turn = isTaken ? new Promise((resolve) => setTimeout(resolve, pieceMs)) : drained(answer);
      await turn;
    }
    answer.end();
  }

  async #untilReleased(answer: ServerResponse): Promise<void> {
    this.#held();
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      answer.once('close', resolve);
    });
  }

  #count(path: string, size: number, at: number, length: number): void {
    const counts = this.#sent.get(path) ?? new Uint8Array(size);
    this.#sent.set(path, counts);
    for (let byte = at; byte < at + length; byte += 1) counts[byte] = (counts[byte] ?? 0) + 1;
    this.#sentBytes += length;
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, url, headers } = asked;
    const behind = { host: `localhost:${this.#site}` };
    const passed = request(
      { host: 'localhost', port: this.#site, method, path: url, headers: { ...headers, ...behind } },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  }
}

function drained(answer: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      answer.off('drain', done);
      answer.off('close', done);
      resolve();
    };
    answer.once('drain', done);
    answer.once('close', done);
  });
}
