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

/**
 * Node's `parseArgs`, strict, except that an option's value may begin with a dash: -1 is then refused for what it is.
 *
 * @throws UsageError for what is no option, has no value, or has one that it does not take
 */
export function parseCommandLine<Table extends Options>(argv: readonly string[], options: Table) {
  const args = withDashedValues(argv, options);
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(complaint(error));
  }
}

/** Where a value stands behind its option, both as one: `--seed=-1`. */
function withDashedValues(argv: readonly string[], options: Options): string[] {
  const args: string[] = [];
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  for (let at = 0; at < end; at += 1) {
    const [arg = '', value] = argv.slice(at, Math.min(at + 2, end));
    const name = longName(arg, options);
    if (name === null || options[name]?.type !== 'string') {
      args.push(arg);
      continue;
    }
    if (value === undefined || value.startsWith('--') || longName(value, options) !== null) {
      throw new UsageError(`--${name} needs a value${value === undefined ? '' : `, but ${value} follows`}`);
    }
    args.push(`--${name}=${value}`);
    at += 1;
  }
  return [...args, ...argv.slice(end)];
}

/** The option that an argument names by its long or its short name alone. */
function longName(arg: string, options: Options): string | null {
  if (arg.startsWith('--')) return arg.slice(2) in options ? arg.slice(2) : null;
  const found = Object.entries(options).find(([, { short }]) => short !== undefined && arg === `-${short}`);
  return found?.[0] ?? null;
}

/** Node's first sentence: its advice is longer than the line. */
function complaint(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = message.split(/\.\s/)[0]?.replaceAll(/\s+/g, ' ').trim() ?? message;
  const isUnknown = error instanceof Error && 'code' in error && error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
  return isUnknown ? `${sentence}; words that begin with a dash stand behind --` : sentence;
}

/** An option that is one of a few words. */
export function choice<Word extends string>(option: string, value: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new UsageError(`--${option} is one of ${words.join(', ')}, not "${value}"`);
  return found;
}
