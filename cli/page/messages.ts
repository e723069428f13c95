import type { Row } from '../verify/judge.ts';
import type { ServedFile } from './http-folder.ts';

/** A golden case as the page's worker gets it. */
export interface JudgeOrder {
  readonly name: string;
  /** Where the case's folder is served; ends with a slash. */
  readonly base: string;
  readonly files: readonly ServedFile[];
}

/** What the page offers to the terminal. */
export interface TerminalPage {
  judge(order: JudgeOrder): Promise<readonly Row[]>;
}
