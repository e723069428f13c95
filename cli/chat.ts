import { createInterface } from 'node:readline';
import { type NamedPicture, pictureFileName } from '../session/file-name.ts';
import { enTerminal } from '../words/en/terminal.ts';
import { zhTerminal } from '../words/zh/terminal.ts';
import { ChatSession } from './chat/session.ts';
import { type Command, parseCommandLine, UsageError } from './command.ts';
import { Album } from './draw/album.ts';
import { deviceFor, readDevice } from './draw/device.ts';
import { tellExpectedTime } from './draw/expected-time.ts';
import { randomSeed } from './draw/job.ts';
import { openModel } from './draw/model.ts';
import { jobOptions, readSettings, runOptions } from './draw/options.ts';
import { notServed, optionsUsage, picturesUsage } from './draw/options-usage.ts';
import { fileNames, numbered, turnFile } from './draw/output.ts';
import { withPreset } from './draw/preset.ts';
import { refuseUnserved } from './draw/request.ts';
import { bundleFolder, nano } from './nano.ts';
import { inLanguage } from './say.ts';
import { requireWritable } from './whole-file.ts';

const usage = `nexus chat [options]

Reads lines from stdin until it ends. Replies go to stdout, pictures as the paths they are written to
(nexus-gen-SEED.png here, as --names says, or FILE-SEED.png with -o FILE.png; each turn has the next seed). A name that is
taken gets -2, -3 and so on, or is written over with --force. What fails is said on stderr, and the conversation goes on. A line is a message,
or one of

  /image PATH   adds a picture (${picturesUsage}) to the next message
  /edit         adds the last result to the next message
  /save PATH    writes the last result to PATH as well
  /new          begins another conversation
  /quit

${optionsUsage('chat')}
  --json                     a line of JSON a turn: {ok, text, out, seed, failure}

Exit: 0 done, 1 failed, 2 wrong usage.`;

export const chat: Command = {
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, {
      ...runOptions,
      ...jobOptions,
      json: { type: 'boolean', default: false },
    });
    const strange = notServed.chat.find((name) => values[name] !== undefined);
    if (strange !== undefined) throw new UsageError(`chat takes no --${strange}`);
    if (positionals.length > 0) throw new UsageError(`chat reads its messages from stdin, not "${positionals[0]}"`);
    const device = deviceFor(readDevice(values), null);
    const given = readSettings(values);
    const seed = given.seed ?? randomSeed();
    const existing = values.force ? 'replace' : 'keep';
    const nameOf = namesOf(values.output ?? null, given.names, values.names !== undefined);
    const probe = nameOf({ prompt: '', seed: String(seed), model: '', made: Date.now(), number: 1 });
    await requireWritable([turnFile(probe, existing)], existing);
    const words = inLanguage(enTerminal, zhTerminal);
    if (given.seed === null) process.stderr.write(`${words.seed(String(seed))}\n`);
    const model = await openModel(device, bundleFolder(values.bundle ?? nano));
    try {
      const settings = withPreset(given, model.opened.bundle);
      refuseUnserved(settings, model.opened.bundle);
      if (!values.quiet) await tellExpectedTime(model, { command: 'chat', settings });
      const session = new ChatSession(
        { model, album: new Album() },
        { settings, seed, nameOf, existing, quiet: values.quiet, print: values.json ? 'json' : 'words', words },
      );
      if (process.stdin.isTTY) process.stderr.write(`${words.chat.opening}\n`);
      await takeLines(session);
      return 0;
    } finally {
      await model.session.close();
    }
  },
};

/** @throws UsageError where pictures cannot be written under these names */
function namesOf(out: string | null, pattern: string, isPatternGiven: boolean): (picture: NamedPicture) => string {
  if (out === null) return (picture) => pictureFileName(pattern, picture);
  if (isPatternGiven) throw new UsageError('-o names the pictures: leave --names out');
  fileNames(out, []);
  return ({ seed }) => numbered(out, BigInt(seed));
}

async function takeLines(session: ChatSession): Promise<void> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const prompt = () => process.stdin.isTTY && process.stderr.write('> ');
  prompt();
  for await (const line of lines) {
    if ((await session.take(line)) === 'ended') break;
    prompt();
  }
  lines.close();
}
