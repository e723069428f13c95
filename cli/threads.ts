/** How many threads this computer has for work that can be shared. */
import { availableParallelism } from 'node:os';

/** More cores than these gain little, and leave nothing for other programs. */
export const usualLimit = 4;

export const cores = availableParallelism();
/** Where a person names no other number. */
export const usualThreads = Math.min(cores, usualLimit);
