import type { JobId } from '../workers/protocol.ts';

/** Of a new request: by chance, so that no two ever have the same. */
export const newJobId = () => crypto.randomUUID() as JobId;
