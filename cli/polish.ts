import { UsageError } from './command.ts';
import { jobCommand } from './draw/command.ts';
import { optionsUsage } from './draw/options-usage.ts';

const usage = `nexus polish "PROMPT" [options]
nexus polish --batch FILE.jsonl [options]

Rewrites the description of a picture with more detail, in words of the model's own that another seed finds otherwise.
The result is on stdout; nothing is drawn.

${optionsUsage('polish')}

Exit: 0 done, 1 failed, 2 wrong usage.`;

export const polish = jobCommand({
  command: 'polish',
  usage,
  read(free) {
    const [words] = free;
    if (words === undefined || free.length > 1) throw new UsageError('polish takes one prompt, in quotes');
    return { words, pictures: [] };
  },
});
