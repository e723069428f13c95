import { UsageError } from './command.ts';
import { jobCommand } from './draw/command.ts';
import { optionsUsage, picturesUsage } from './draw/options-usage.ts';
import { requirePicturePlace } from './draw/picture-place.ts';

const usage = `nexus edit IN.png "INSTRUCTION" [-o FILE.png] [options]
nexus edit --recipe FILE [PICTURE…] [-o FILE.png] [options]
nexus edit --batch FILE.jsonl [options]

Changes a picture (${picturesUsage}) as the instruction says. The path written is
stdout's only line (default nexus-gen-SEED.png here). With several pictures the first is edited. --recipe needs the pictures
that it was made from. Where the model answers in words they are on stdout.

${optionsUsage('edit')}

Exit: 0 drawn, 1 failed, 2 wrong usage, 3 answered in words.`;

export const edit = jobCommand({
  command: 'edit',
  usage,
  read(free) {
    const words = free.at(-1);
    if (words === undefined || free.length < 2)
      throw new UsageError('edit takes a picture and an instruction, in quotes');
    const pictures = free.slice(0, -1);
    requirePicturePlace(pictures, 'nexus edit IN.png "INSTRUCTION"');
    return { words, pictures };
  },
});
