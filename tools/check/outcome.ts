/** One step of the test command: how many checks passed, and a line for each that failed. */
export interface Outcome {
  readonly passed: number;
  readonly failures: readonly string[];
}

export interface Step {
  readonly name: string;
  run(): Promise<Outcome>;
}

/** A tool that ends badly has failed, whatever it reported. */
export function endedWith(code: number, { passed, failures }: Outcome): Outcome {
  return { passed, failures: code !== 0 && failures.length === 0 ? [`it ended with exit code ${code}`] : failures };
}
