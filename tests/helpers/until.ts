/**
 * Waiting for what a test expects to come: 30 s of patience, since a machine that is busy with other tests can stand still for
 * longer than vitest's own second; a test that goes well does not wait for it.
 */
import { vi } from 'vitest';

const patience = { timeout: 30_000 };

/** Until the condition holds; fails with what stood last. */
export const until = (condition: () => boolean | undefined) => vi.waitUntil(condition, patience);

/** Until the expectations of `check` are met; fails with the last one that was not. */
export const settles = (check: () => void) => vi.waitFor(check, patience);
