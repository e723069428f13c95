/** The built page at a host of its own, which counts what it sends, can be gone, and gets newer releases. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from '../../cli/page-build.ts';
import { type StaticSite, serveFolders } from '../../cli/static-server.ts';
import { writeRelease } from '../../tools/build/release.ts';
import type { Release } from '../../workers/service-worker/protocol.ts';

const testModels = fileURLToPath(new URL('../../.cache/browser-models/', import.meta.url));

export interface SiteOptions {
  /** Those that the page ships with, or the small ones of the tests. */
  readonly models?: 'shipped' | 'tests';
  /** What a host answers with "404" although it is there. */
  readonly withheld?: RegExp;
}

export class CountedSite {
  readonly #folder: string;
  readonly #listener: RequestListener;
  #server: Server;
  readonly port: number;
  release: Release;
  withheld: RegExp | null;
  /** Paths that were answered with a body, each as often as it was. */
  readonly sent: string[] = [];

  private constructor(folder: string, release: Release, server: Server, listener: RequestListener, withheld?: RegExp) {
    this.#folder = folder;
    this.release = release;
    this.#server = server;
    this.#listener = listener;
    this.withheld = withheld ?? null;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start({ models = 'shipped', withheld }: SiteOptions = {}): Promise<CountedSite> {
    const page = await buildPage();
    const folder = join(await mkdtemp(join(tmpdir(), 'nexus-gen-site-')), 'dist');
    await cp(page.folder, folder, { recursive: true });
    const sites: StaticSite[] = [{ prefix: '/', folder, headers: page.headers }];
    if (models === 'tests') sites.unshift({ prefix: '/models/', folder: testModels, headers: page.headers });
    const serve = serveFolders(sites);
    let site: CountedSite | undefined;
    const listener: RequestListener = (request, response) => {
      const path = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
      if (site?.withheld?.test(path) === true) return response.writeHead(404).end();
      response.on('finish', () => {
        if (request.method === 'GET' && response.statusCode === 200) site?.sent.push(path);
      });
      serve(request, response);
    };
    const server = await listening(listener, 0);
    site = new CountedSite(folder, await writeRelease(folder), server, listener, withheld);
    return site;
  }

  get url(): string {
    return `http://localhost:${this.port}/`;
  }

  /** What was sent more than once. */
  sentAgain(): readonly string[] {
    return this.sent.filter((path, at) => this.sent.indexOf(path) < at);
  }

  /** Nobody answers at its address any more. */
  async goAway(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async comeBack(): Promise<void> {
    this.#server = await listening(this.#listener, this.port);
  }

  /** A release that says something else, in whose place nothing of the one before is left: every script has another name. */
  async deploy(said: string, insteadOf: string): Promise<void> {
    const assets = join(this.#folder, 'assets');
    const names = (await readdir(assets, { recursive: true })).filter((name) => /\.(js|css)$/.test(name));
    const files = [...names.map((name) => join('assets', name)), 'index.html'].map((name) => join(this.#folder, name));
    for (const file of files) {
      let text = (await readFile(file, 'utf8')).replaceAll(insteadOf, said);
      for (const name of names) text = text.replaceAll(baseName(name), renamed(baseName(name)));
      await writeFile(file, text);
      if (!file.endsWith('.html')) await rename(file, renamed(file));
    }
    this.release = await writeRelease(this.#folder);
  }

  async close(): Promise<void> {
    await this.goAway().catch(() => undefined);
    await rm(join(this.#folder, '..'), { recursive: true, force: true });
  }
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

function renamed(name: string): string {
  return name.replace(/\.(js|css)$/, '0.$1');
}

function listening(listener: RequestListener, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', reject);
    server.listen(port, 'localhost', () => resolve(server));
  });
}
