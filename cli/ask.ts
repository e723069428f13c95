import { UsageError } from './command.ts';
import { jobCommand } from './draw/command.ts';
import { optionsUsage, picturesUsage } from './draw/options.ts';

const usage = `nexus ask IN.png ["QUESTION"] [options]
nexus ask --batch FILE.jsonl [options]

Answers a question about a picture (${picturesUsage}), or describes it. The answer
is on stdout.

${optionsUsage}

Not here: --recipe. What is about painting changes nothing.

Exit: 0 answered, 1 failed, 2 wrong usage.`;

export const ask = jobCommand({
  command: 'ask',
  usage,
  read(free) {
    const [picture, words = ''] = free;
    if (picture === undefined || free.length > 2)
      throw new UsageError('ask takes a picture and one question, in quotes');
    return { words, pictures: [picture] };
  },
});
