import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typedWhole } from '../model/typed-number.ts';
import { enTerminal } from '../words/en/terminal.ts';
import { zhTerminal } from '../words/zh/terminal.ts';
import { type Command, parseCommandLine, UsageError } from './command.ts';
import { buildPage } from './page-build.ts';
import { inLanguage } from './say.ts';
import { servedBundles } from './served-bundles.ts';
import { listenOnFreePort, serveFolders } from './static-server.ts';

const usage = `nexus serve [--port N] [--bundle DIR]…        (npm start -- --port N)

Builds the page where its build is missing or older than its sources, and serves it to this machine alone.
Prints its address. Ctrl+C ends it.

  --port N      the port to try first (default 4173); where it is in use, the next free one is taken and told
  --bundle DIR  a further model for the page's list; may be given several times

Exit: 0 done, 1 failed, 2 wrong usage.`;

const options = {
  port: { type: 'string', default: '4173' },
  bundle: { type: 'string', multiple: true },
} as const;

export const serve: Command = {
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, options);
    if (positionals.length > 0) throw new UsageError(`serve does not take "${positionals[0]}"`);
    const port = typedWhole(values.port);
    if (port === null || port < 1 || port > 65_535) {
      throw new UsageError(`--port is a number from 1 to 65535, not "${values.port}"`);
    }
    const scratch = await mkdtemp(join(tmpdir(), 'nexus-gen-serve-'));
    try {
      const page = await buildPage();
      const bundles = await servedBundles(page, values.bundle ?? [], scratch);
      const server = await listenOnFreePort(serveFolders([...bundles, { prefix: '/', ...page }]), port);
      announce(port, server.port);
      await interrupted();
      await server.close();
      return 0;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  },
};

/** The address on stdout; on stderr where it is not at the port that was asked for. */
export function announce(asked: number, port: number): void {
  const { portTaken } = inLanguage(enTerminal, zhTerminal);
  if (port !== asked) process.stderr.write(`${portTaken(asked, port)}\n`);
  process.stdout.write(`Nexus-Gen: http://localhost:${port}/\n`);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
