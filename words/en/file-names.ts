/** What a person reads of the names of saved pictures, in English. */
import { setApart } from '../set-apart.ts';

export const enFileNames = {
  label: 'Names of saved pictures',
  example: (name: string) => `For example ${setApart(name)}`,
  parts: 'Parts: {date}, {time}, {prompt}, {seed}, {model}, and {n}, the picture’s number in its chat.',
  /** What could be drawn, for the example. */
  sample: 'a red car on the beach',
  noPart: (part: string, used: string) => `There is no part {${part}}. ${used} is used.`,
  noCharacter: (character: string, used: string) => `A file’s name cannot have ${character} in it. ${used} is used.`,
  brace: (used: string) => `A brace stands alone: parts are written as {prompt}. ${used} is used.`,
  long: (used: string) => `Names would be too long. ${used} is used.`,
};
