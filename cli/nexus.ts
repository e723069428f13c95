/** The terminal's commands: `npm run --silent nexus -- COMMAND …`. */
import { type Command, UsageError } from './command.ts';
import { sentenceLine } from './say.ts';
import { visible } from './visible.ts';

interface Entry {
  readonly name: string;
  /** One line for the table of `nexus --help`. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** A command is loaded when it is called: the tools of one are not waited for by another. */
const commands: readonly Entry[] = [
  { name: 'draw', summary: 'draw a picture from words', load: async () => (await import('./draw.ts')).draw },
  {
    name: 'edit',
    summary: 'change a picture as an instruction says',
    load: async () => (await import('./edit.ts')).edit,
  },
  { name: 'ask', summary: 'ask about a picture', load: async () => (await import('./ask.ts')).ask },
  {
    name: 'polish',
    summary: 'rewrite a description with more detail',
    load: async () => (await import('./polish.ts')).polish,
  },
  { name: 'chat', summary: 'talk with the model, line by line', load: async () => (await import('./chat.ts')).chat },
  {
    name: 'verify',
    summary: 'judge golden cases, or check the files of a bundle',
    load: async () => (await import('../tools/parity/verify.ts')).verify,
  },
  {
    name: 'convert',
    summary: 'make a bundle from the published checkpoints',
    load: async () => (await import('./convert.ts')).convert,
  },
  {
    name: 'inspect',
    summary: 'show what a checkpoint, a bundle or a graph holds',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'bench',
    summary: 'measure speed and fidelity on this computer',
    load: async () => (await import('../tools/bench/bench.ts')).bench,
  },
  {
    name: 'serve',
    summary: 'serve the page to this machine (npm start)',
    load: async () => (await import('./serve.ts')).serve,
  },
];

/** Runs one command; answers with the exit code. A failure is one line on stderr. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') {
    (name === undefined ? process.stderr : process.stdout).write(`${overview()}\n`);
    return name === undefined ? 2 : 0;
  }
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry === undefined) return wrongUsage(`there is no command ${name}`, 'nexus --help');
  const command = await entry.load();
  if (asksForHelp(rest)) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return runCommand(`nexus ${name}`, () => command.run(rest));
}

/** Runs a program of the terminal; a failure becomes one line on stderr and an exit code. */
export async function runCommand(name: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (thrown) {
    if (thrown instanceof UsageError) return wrongUsage(thrown.message, `${name} --help`);
    // What tells of files knows bundles too, which a start that goes well need not load.
    const { failureInWords } = await import('./system-failure.ts');
    const found = failureInWords(thrown);
    process.stderr.write(`${sentenceLine(found)}\n`);
    // Where an unforeseen error arose, for whoever looks for it: a failure is one line otherwise.
    const stack = found.code === 'UNEXPECTED' ? found.data.stack : undefined;
    if (process.env.NEXUS_GEN_STACK !== undefined && stack !== undefined) process.stderr.write(`${stack}\n`);
    return 1;
  }
}

function asksForHelp(argv: readonly string[]): boolean {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  return own.includes('--help') || own.includes('-h');
}

function wrongUsage(reason: string, help: string): number {
  process.stderr.write(`nexus: ${visible(reason)}. See ${help}\n`);
  return 2;
}

function overview(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`);
  return ['nexus COMMAND …', '', ...lines, '', 'nexus COMMAND --help says more.'].join('\n');
}
