import type { TerminalSentences } from '../terminal-sentences.ts';

export const enTerminal: TerminalSentences = {
  seed: (seed) => `seed ${seed}`,
  otherModel: (recipe, open) =>
    `The recipe was made with another model (${recipe}) than ${open}: the picture will differ.`,
  otherThreads: (recipe, used) =>
    `The recipe was drawn with ${threads(recipe)} and is repeated with ${used}: pixels may differ by a rounding. --threads ${recipe} asks for as many as it had.`,
  float16Dropped: 'The model computed values that are no numbers in 16 bits: it begins again in 32, which is slower.',
  notPainted: 'The model began a picture, which ask does not paint: use draw or edit.',
  turnsLeftOut: (turns) => `The conversation has grown long: the model no longer sees its first ${turns} turns.`,
  portTaken: (asked, used) => `Port ${asked} is taken by another program: the page is served at ${used}.`,
  chat: {
    opening: 'A line is a message. /image PATH adds a picture, /edit the last result, /save PATH, /new, /quit',
    added: (file) => `${file} goes with the next message.`,
    emptied: 'A new conversation.',
    nothingDrawn: 'Nothing has been drawn in this conversation. Ask for a picture first.',
    noPath: (command) => `${command} needs the path of a file.`,
    notPng: (path) => `Pictures are written as PNG: /save FILE.png, not ${path}. Nothing was written.`,
    unknown: (command) =>
      `There is no ${command}. Nothing was sent. Use /image PATH, /edit, /save PATH, /new or /quit.`,
  },
};

function threads(count: number): string {
  return count === 1 ? 'one thread' : `${count} threads`;
}
