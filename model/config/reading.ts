/** How sizes are read from JSON, and how a wrong one is told. */
import { z } from 'zod';
import { fail } from '../failure.ts';
import { firstIssue } from '../schema-issue.ts';

export const size = z.int().positive();
export const tokenId = z.int().nonnegative();
export const threeSizes = z.tuple([size, size, size]).readonly();

export type Context = z.core.$RefinementCtx;

/** A condition between sizes; `expected` is what the failure says. */
export function demand(holds: boolean, context: Context, path: readonly string[], expected: string): void {
  if (!holds) context.addIssue({ code: 'custom', path: [...path], params: { expected } });
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Reads JSON by a schema; throws CONFIG_INVALID with the key, what was expected there and what stands there. */
export function reader<Schema extends z.ZodType>(schema: Schema): (json: unknown) => z.infer<Schema> {
  return (json) => {
    const result = schema.safeParse(json);
    return result.success ? result.data : fail('CONFIG_INVALID', firstIssue(result.error, json));
  };
}
