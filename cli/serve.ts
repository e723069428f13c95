import { type Command, parseCommandLine, UsageError } from './command.ts';
import { buildPage } from './page-build.ts';
import { listenOnFreePort, serveFolders } from './static-server.ts';

const usage = `nexus serve [--port N]        (npm start -- --port N)

Builds the page where its build is missing or older than its sources, and serves it to this machine alone.
Prints its address. Ctrl+C ends it.

  --port N    the port to try first (default 4173); the next free one is taken where it is in use`;

export const serve: Command = {
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, { port: { type: 'string', default: '4173' } });
    if (positionals.length > 0) throw new UsageError(`serve does not take "${positionals[0]}"`);
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
      throw new UsageError(`--port is a number from 1 to 65535, not "${values.port}"`);
    }
    const page = await buildPage();
    const server = await listenOnFreePort(serveFolders([{ prefix: '/', ...page }]), port);
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
