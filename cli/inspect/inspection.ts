/** What an inspection found, both ways of saying it. */
export interface Inspection {
  readonly text: string;
  readonly json: unknown;
  /** Whether anything could be read. */
  readonly found: boolean;
}
