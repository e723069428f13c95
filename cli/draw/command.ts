/** Draw, edit, ask and polish are one command with four ways to read what stands free on the line. */
import { type Command, parseCommandLine, UsageError } from '../command.ts';
import { bundleFolder, nano } from '../nano.ts';
import { shownPath, shownWords } from '../visible.ts';
import type { Existing } from '../whole-file.ts';
import { runBatch } from './batch.ts';
import { type AskedDevice, deviceFor, readDevice } from './device.ts';
import { tellExpectedTime } from './expected-time.ts';
import { draws, type Job, type JobCommand, prepare } from './job.ts';
import { nameOfBundle, openModel } from './model.ts';
import { say, warnOfDifferences } from './notices.ts';
import { jobOptions, runOptions } from './options.ts';
import { type Answered, perform, servedJob } from './perform.ts';
import { watched } from './watch.ts';

const options = { ...runOptions, ...jobOptions };

/** What stands free on the line: the words to put to the model and the paths of pictures. */
export type FreeWords = Pick<Job, 'words' | 'pictures'>;

export interface JobCommandText {
  readonly command: JobCommand;
  readonly usage: string;
  /** Throws UsageError where something is missing or too much; beside a recipe it is not asked. */
  readonly read: (free: readonly string[]) => FreeWords;
}

interface RunOptions {
  readonly device: AskedDevice;
  readonly bundle: string;
  readonly existing: Existing;
  readonly quiet: boolean;
}

export function jobCommand({ command, usage, read }: JobCommandText): Command {
  return {
    usage,
    async run(argv) {
      const { values, positionals } = parseCommandLine(argv, options);
      const { bundle, device, threads, output, batch, force, quiet, ...given } = values;
      const run: RunOptions = {
        device: readDevice({ device, threads }),
        bundle: bundleFolder(bundle ?? nano),
        existing: force ? 'replace' : 'keep',
        quiet,
      };
      if (output !== undefined && !draws(command)) {
        throw new UsageError(`-o names a picture, which ${command} does not draw`);
      }
      if (output !== undefined && given.names !== undefined) {
        throw new UsageError('-o names the picture: leave --names out');
      }
      if (batch !== undefined) {
        const beside = positionals[0] ?? output;
        if (beside !== undefined) throw new UsageError(`--batch has its words and files in its lines, not "${beside}"`);
        return runBatch({ ...run, command, file: batch, given });
      }
      const free = given.recipe === undefined ? read(positionals) : { words: null, pictures: positionals };
      return runJob({ command, ...free, out: output ?? null, given }, run);
    },
  };
}

async function runJob(job: Job, run: RunOptions): Promise<number> {
  const prepared = await prepare(job, run.existing, () => nameOfBundle(run.bundle));
  const [seed] = prepared.seeds;
  if (prepared.seedFrom === 'chance') say((words) => words.seed(String(seed)));
  const model = await openModel(deviceFor(run.device, prepared.recipe), run.bundle);
  try {
    if (prepared.recipe !== null) warnOfDifferences(prepared.recipe, run.device, model.opened);
    const served = servedJob(prepared, model.opened.bundle);
    const { settings } = served.question;
    if (!run.quiet) await tellExpectedTime(model, { command: job.command, settings });
    return await watched(job.command, run.quiet, (tell) =>
      printAnswers(job.command, perform(model, served, run.existing, tell)),
    );
  } finally {
    await model.session.close();
  }
}

/** Answers with 3 where a picture was asked for and not each seed gave one. */
async function printAnswers(command: JobCommand, answers: AsyncIterable<Answered>): Promise<number> {
  let code = 0;
  for await (const { text, out, reply } of answers) {
    process.stdout.write(`${out === null ? shownWords(text) : shownPath(out)}\n`);
    if (draws(command) && out === null) code = 3;
    if (!draws(command) && reply.drawing !== null) say((words) => words.notPainted);
  }
  return code;
}
