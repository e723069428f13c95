/** The terminal's commands: `npm run --silent nexus -- COMMAND …`. */
import { failureOf } from '../model/failure.ts';
import { ask } from './ask.ts';
import { bench } from './bench.ts';
import { chat } from './chat.ts';
import { type Command, UsageError } from './command.ts';
import { convert } from './convert.ts';
import { draw } from './draw.ts';
import { edit } from './edit.ts';
import { inspect } from './inspect.ts';
import { polish } from './polish.ts';
import { sentenceLine } from './say.ts';
import { serve } from './serve.ts';
import { test } from './test.ts';
import { verify } from './verify.ts';

const commands: readonly Command[] = [draw, edit, ask, polish, chat, verify, convert, inspect, bench, serve, test];

/** Runs one command; answers with the exit code. A failure is one line on stderr. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') {
    (name === undefined ? process.stderr : process.stdout).write(`${overview()}\n`);
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) return wrongUsage(`there is no command ${name}`, 'nexus --help');
  if (asksForHelp(rest)) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (thrown) {
    if (thrown instanceof UsageError) return wrongUsage(thrown.message, `nexus ${name} --help`);
    process.stderr.write(`${sentenceLine(failureOf(thrown))}\n`);
    return 1;
  }
}

function asksForHelp(argv: readonly string[]): boolean {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  return own.includes('--help') || own.includes('-h');
}

function wrongUsage(reason: string, help: string): number {
  process.stderr.write(`nexus: ${reason}. See ${help}\n`);
  return 2;
}

function overview(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`);
  return ['nexus COMMAND …', '', ...lines, '', 'nexus COMMAND --help says more.'].join('\n');
}
