import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { type Command, parseCommandLine, UsageError } from './command.ts';
import { headersFor, parseHeaders } from './headers-file.ts';
import { listenOnFreePort, serveFolders } from './static-server.ts';

const usage = `nexus serve [--port N]        (npm start -- --port N)

Builds the page where its build is missing or older than its sources, and serves it to this machine alone.
Prints its address. Ctrl+C ends it.

  --port N    the port to try first (default 4173); the next free one is taken where it is in use`;

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

export const serve: Command = {
  name: 'serve',
  summary: 'serve the page to this machine (npm start)',
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, { port: { type: 'string', default: '4173' } });
    if (positionals.length > 0) throw new UsageError(`serve does not take "${positionals[0]}"`);
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
      throw new UsageError(`--port is a number from 1 to 65535, not "${values.port}"`);
    }
    if (await isStale()) await build({ root, logLevel: 'warn' });
    const rules = existsSync(join(dist, '_headers'))
      ? parseHeaders(await readFile(join(dist, '_headers'), 'utf8'))
      : [];
    const site = { prefix: '/', folder: dist, headers: (path: string) => headersFor(rules, path) };
    const server = await listenOnFreePort(serveFolders([site]), port);
    process.stdout.write(`Nexus-Gen: http://localhost:${server.port}/\n`);
    await interrupted();
    await server.close();
    return 0;
  },
};

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

/** What the page is built from. */
const inputs = ['index.html', 'package-lock.json', 'vite.config.ts', 'model', 'words', 'workers', 'src', 'public'];

async function isStale(): Promise<boolean> {
  const built = await stat(join(dist, 'index.html')).catch(() => undefined);
  if (built === undefined) return true;
  for (const input of inputs) if ((await newest(join(root, input))) > built.mtimeMs) return true;
  return false;
}

async function newest(path: string): Promise<number> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  const names = await readdir(path);
  const times = await Promise.all(names.map((name) => newest(join(path, name))));
  return Math.max(status.mtimeMs, ...times);
}
