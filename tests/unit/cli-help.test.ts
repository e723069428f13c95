/** What `--help` names, and what docs/contracts.md promises: the same options, command by command. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ask } from '../../cli/ask.ts';
import { chat } from '../../cli/chat.ts';
import { convert } from '../../cli/convert.ts';
import { notServed } from '../../cli/draw/options-usage.ts';
import { draw } from '../../cli/draw.ts';
import { edit } from '../../cli/edit.ts';
import { inspect } from '../../cli/inspect.ts';
import { polish } from '../../cli/polish.ts';
import { serve } from '../../cli/serve.ts';
import { bench } from '../../tools/bench/bench.ts';
import { verify } from '../../tools/parity/verify.ts';

const contract = readFileSync(new URL('../../docs/contracts.md', import.meta.url), 'utf8');
const commands = contract.slice(contract.indexOf('## Commands'), contract.indexOf('## The page'));
/** Of every command that prints a table, or tells its progress: the contract says so once for all. */
const common = ['--json', '--quiet'];

const optionsIn = (text: string) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]*/g))].sort();
const own = (options: readonly string[]) => options.filter((option) => !common.includes(option));

/** The paragraphs or lines of the contract that speak of a command, by how its signature begins. */
function promised(...beginnings: readonly string[]): readonly string[] {
  const signatures = [...commands.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  const found = beginnings.map((beginning) => signatures.filter((code) => code.startsWith(beginning)));
  for (const [at, matches] of found.entries()) expect(matches, beginnings[at]).not.toEqual([]);
  return optionsIn(found.flat().join('\n'));
}

/** The rows of the table of options. */
function tabled(): readonly string[] {
  const rows = commands.split('\n').filter((line) => line.startsWith('| `--'));
  expect(rows.length).toBeGreaterThan(10);
  return optionsIn(rows.map((row) => row.split(/(?<!\\)\|/)[1]).join('\n'));
}

test.each([
  ['verify', verify, ['verify DIR', 'verify --bundle']],
  ['convert', convert, ['convert --from']],
  ['inspect', inspect, ['inspect DIR']],
  ['bench', bench, ['bench [']],
] as const)('%s', (_, { usage }, beginnings) => {
  const named = optionsIn(usage);
  expect(own(named)).toEqual(own(promised(...beginnings)));
  expect(named).toContain('--json');
});

test('npm start', () => {
  expect(optionsIn(serve.usage)).toEqual(promised('-- --port', '-- --bundle'));
});

test.each([
  ['draw', draw],
  ['edit', edit],
  ['ask', ask],
  ['polish', polish],
  ['chat', chat],
] as const)('%s', (name, { usage }) => {
  expect(commands).toContain('`--force`');
  const served = [...tabled(), '--force'].filter((option) => !notServed[name].some((other) => option === `--${other}`));
  expect(own(optionsIn(usage))).toEqual(served.sort());
  expect(optionsIn(usage)).toContain('--quiet');
});

test('what the help leaves out of draw, edit and chat is refused, and ask and polish name nothing of painting', async () => {
  expect([notServed.draw, notServed.edit]).toEqual([[], []]);
  for (const option of notServed.chat) {
    await expect(chat.run([`--${option}`, '1'])).rejects.toThrow(`chat takes no --${option}`);
  }
  for (const { usage } of [ask, polish]) expect(usage).not.toMatch(/Not here|--steps|--size|--recipe|--force|-o /);
});

test('what is of all: progress that --quiet silences, tables that --json prints', () => {
  expect(commands).toContain('`--quiet`');
  expect(commands).toMatch(/Wherever a table is printed there is `--json`/);
  for (const { usage } of [verify, convert, bench]) expect(optionsIn(usage)).toContain('--quiet');
});
