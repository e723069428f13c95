import type { ArchiveWorker } from '../../workers/storage/protocol.ts';
import { oneCall } from './one-call.ts';
import { spawnArchive } from './spawn.ts';

/**
 * Starts a worker for one archive, and ends it behind the task.
 *
 * @throws what the task throws; PAGE_PART or UNEXPECTED where the worker ends before
 */
export function withArchive<Result>(task: (worker: ArchiveWorker) => Promise<Result>): Promise<Result> {
  return oneCall(spawnArchive(), async (worker) => ({ ok: true, result: await task(worker) }));
}
