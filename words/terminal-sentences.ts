/** What the commands say on stderr beside progress and failures. */
export interface TerminalSentences {
  readonly seed: (seed: string) => string;
  readonly otherModel: (recipe: string, open: string) => string;
  readonly otherThreads: (recipe: number, used: number) => string;
  readonly float16Dropped: string;
  readonly notPainted: string;
  readonly turnsLeftOut: (turns: number) => string;
  readonly portTaken: (asked: number, used: number) => string;
  readonly chat: {
    readonly opening: string;
    readonly added: (file: string) => string;
    readonly emptied: string;
    readonly nothingDrawn: string;
    readonly noPath: (command: string) => string;
    readonly notPng: (path: string) => string;
    readonly unknown: (command: string) => string;
  };
}
