import { UsageError } from './command.ts';
import { jobCommand } from './draw/command.ts';
import { optionsUsage } from './draw/options-usage.ts';

const usage = `nexus draw "PROMPT" [-o FILE.png] [options]
nexus draw --recipe FILE [PICTURE…] [-o FILE.png] [options]
nexus draw --batch FILE.jsonl [options]

Draws a picture from words. The path written is stdout's only line (default nexus-gen-SEED.png here); a picture holds
its recipe, which --recipe repeats, with the pictures it was made from. Where the model answers in words they are on
stdout.

${optionsUsage('draw')}

Exit: 0 drawn, 1 failed, 2 wrong usage, 3 answered in words.`;

export const draw = jobCommand({
  command: 'draw',
  usage,
  read(free) {
    const [words] = free;
    if (words === undefined || free.length > 1) throw new UsageError('draw takes one prompt, in quotes');
    return { words, pictures: [] };
  },
});
