import { type ParseArgsConfig, parseArgs } from 'node:util';

/** One command of the terminal. Answers with the exit code: 0 done, 1 failed, 2 wrong usage, 3 answered without drawing. */
export interface Command {
  /** The whole text of `nexus NAME --help`. */
  readonly usage: string;
  run(argv: readonly string[]): Promise<number>;
}

/** What a person typed cannot be meant: exit 2 with this message. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Node's `parseArgs`, strict; its complaints become a `UsageError`. */
export function parseCommandLine<Table extends Options>(argv: readonly string[], options: Table) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(firstSentence(error instanceof Error ? error.message : String(error)));
  }
}

/** Node appends advice about "--" to some complaints, which is longer than the line. */
function firstSentence(message: string): string {
  return message.split(/\.\s/)[0]?.replaceAll(/\s+/g, ' ').trim() ?? message;
}

/** An option that is one of a few words. */
export function choice<Word extends string>(option: string, value: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new UsageError(`--${option} is one of ${words.join(', ')}, not "${value}"`);
  return found;
}
