/** Draw, edit, ask and polish are one command with four ways to read what stands free on the line. */
import { resolve } from 'node:path';
import { isFrom } from '../../session/bundle-identity.ts';
import { enTerminal } from '../../words/en/terminal.ts';
import { zhTerminal } from '../../words/zh/terminal.ts';
import { type Command, choice, parseCommandLine, UsageError } from '../command.ts';
import { nano } from '../nano.ts';
import { inLanguage } from '../say.ts';
import { shownPath, visible } from '../visible.ts';
import type { Existing } from '../whole-file.ts';
import { runBatch } from './batch.ts';
import { draws, type Job, type JobCommand, type PreparedJob, prepare } from './job.ts';
import { type OpenModel, openModel } from './model.ts';
import { jobOptions, runOptions } from './options.ts';
import { type Answered, perform } from './perform.ts';
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
  readonly device: 'wasm' | 'webgpu';
  readonly bundle: string;
  readonly existing: Existing;
  readonly quiet: boolean;
}

export function jobCommand({ command, usage, read }: JobCommandText): Command {
  return {
    usage,
    async run(argv) {
      const { values, positionals } = parseCommandLine(argv, options);
      const { bundle, device, output, batch, force, quiet, ...given } = values;
      const run: RunOptions = {
        device: choice('device', device, ['wasm', 'webgpu']),
        bundle: resolve(bundle ?? nano),
        existing: force ? 'replace' : 'keep',
        quiet,
      };
      if (output !== undefined && !draws(command)) {
        throw new UsageError(`-o names a picture, which ${command} does not draw`);
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
  const prepared = await prepare(job, run.existing);
  const [seed] = prepared.seeds;
  if (prepared.seedFrom === 'chance') say((words) => words.seed(String(seed)));
  const model = await openModel(run.device, run.bundle);
  try {
    warnOfOtherModel(prepared, model);
    return await watched(job.command, run.quiet, (tell) =>
      printAnswers(job.command, perform(model, prepared, run.existing, tell)),
    );
  } finally {
    await model.session.close();
  }
}

/** Answers with 3 where a picture was asked for and not each seed gave one. */
async function printAnswers(command: JobCommand, answers: AsyncIterable<Answered>): Promise<number> {
  let code = 0;
  for await (const { text, out, reply } of answers) {
    process.stdout.write(`${out === null ? text : shownPath(out)}\n`);
    if (draws(command) && out === null) code = 3;
    if (!draws(command) && reply.drawing !== null) say((words) => words.notPainted);
  }
  return code;
}

function warnOfOtherModel({ recipe }: PreparedJob, { opened: { bundle } }: OpenModel): void {
  if (recipe === null || isFrom(bundle, recipe.bundle.sha256)) return;
  say((words) => words.otherModel(recipe.bundle.id, bundle.id));
}

function say(choose: (words: typeof enTerminal) => string): void {
  process.stderr.write(`${visible(choose(inLanguage(enTerminal, zhTerminal)))}\n`);
}
