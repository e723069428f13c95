import { UsageError } from './command.ts';
import { jobCommand } from './draw/command.ts';
import { optionsUsage, picturesUsage } from './draw/options-usage.ts';
import { requirePicturePlace } from './draw/picture-place.ts';

const usage = `nexus ask IN.png ["QUESTION"] [options]
nexus ask --batch FILE.jsonl [options]

Answers a question about a picture (${picturesUsage}), or describes it. The answer
is on stdout.

${optionsUsage('ask')}

Exit: 0 answered, 1 failed, 2 wrong usage.`;

export const ask = jobCommand({
  command: 'ask',
  usage,
  read(free) {
    const [picture, words = ''] = free;
    if (picture === undefined || free.length > 2)
      throw new UsageError('ask takes a picture and one question, in quotes');
    requirePicturePlace([picture], 'nexus ask IN.png ["QUESTION"]');
    return { words, pictures: [picture] };
  },
});
